import { describe, expect, it } from 'vitest'
import type { DatasetBackup } from './backup-manifest.ts'
import { compareData, describeReturn, describeReturned } from './compare-data.ts'
import type { Counts } from './judge-backup.ts'

const base = {
  service: 'db',
  imageId: 'sha256:1',
  imageDigest: null,
  pin: null,
  file: 'file',
  sizeBytes: 1,
  sha256: '0'.repeat(64),
  tool: 'tool',
  warnings: [],
  emptyAccepted: false,
  startedAt: '2026-11-21T14:02:09.000Z',
  finishedAt: '2026-11-21T14:02:10.000Z',
}
const database = (tables: Counts, volatileTables: string[] = []): DatasetBackup => ({
  ...base,
  kind: 'postgres',
  dataset: 'main',
  schemaVersion: '30',
  database: 'main',
  tables: { ...tables },
  countedInDump: true,
  volatileTables,
  largeObjects: 0,
  serverVersion: '17',
  clientVersion: '17',
  extensions: {},
  owner: 'main',
  encoding: 'UTF8',
  collation: 'C',
  characterType: 'C',
  localeProvider: null,
  locale: null,
  connectionLimit: -1,
  settings: [],
  grants: null,
})
const folder: DatasetBackup = {
  ...base,
  kind: 'volume',
  dataset: 'files',
  schemaVersion: null,
  sourcePath: '/files',
  volume: null,
  exclude: [],
  files: 4,
  bytes: 100,
  listing: 'list',
  listingSha256: '0'.repeat(64),
}
const now = (counts: Counts, schemaVersion: string | null = '30', exact = true) => ({ counts, exact, schemaVersion })
const backupAt = '2026-11-21T14:02:09.000Z'

describe('compareData', () => {
  it('tells what there is more of, and less of', () => {
    const { added, removed } = compareData(database({ a: 1, b: 5, gone: 2 }), now({ a: 3, b: 4, fresh: 1 }))
    expect({ added, removed }).toEqual({ added: { a: 2, fresh: 1 }, removed: { b: 1, gone: 2 } })
  })

  it('leaves out what comes and goes by itself', () => {
    expect(compareData(database({ sessions: 1 }, ['sessions']), now({ sessions: 9 })).added).toEqual({})
  })

  it('counts files, not their bytes', () => {
    expect(compareData(folder, now({ files: 6, bytes: 99_999 }, null)).added).toEqual({ files: 2 })
  })
})

describe('what a return to a backup means', () => {
  it.for([
    [
      'rows, files and another schema',
      [compareData(database({ a: 1 }), now({ a: 3, b: 1 }, '39')), compareData(folder, now({ files: 5 }, null))],
      'The schema of main changed from 30 to 39. Rolling back restores the backup of 2026-11-21 14:02 UTC and loses what was written since (at least 3 rows in 2 tables and 1 file).',
    ],
    [
      'the same change of several schemas',
      ['a', 'b', 'c'].map((dataset) => ({ ...compareData(database({}), now({}, '39')), dataset })),
      'The schemas of a, b and c changed from 30 to 39. Rolling back restores the backup of 2026-11-21 14:02 UTC and loses what was written since (nothing was added since, as far as counting shows).',
    ],
    [
      'an estimate',
      [compareData(database({ a: 1 }), now({ a: 2 }, '30', false))],
      'Rolling back restores the backup of 2026-11-21 14:02 UTC and loses what was written since (by an estimate, about 1 row in 1 table).',
    ],
    [
      'nothing that shows',
      [compareData(database({ a: 1 }), now({ a: 1 }))],
      'Rolling back restores the backup of 2026-11-21 14:02 UTC and loses what was written since (nothing was added since, as far as counting shows).',
    ],
    [
      'what nobody could count',
      [compareData(database({ a: 1 }), { uncounted: 'The server does not run.' })],
      'Rolling back restores the backup of 2026-11-21 14:02 UTC and loses what was written since. What main holds could not be counted: The server does not run.',
    ],
  ] as const)('is said before: %s', ([, datasets, sentence]) => {
    expect(describeReturn({ backupAt, datasets: [...datasets] })).toBe(sentence)
  })

  it('is said when it is done', () => {
    const datasets = [compareData(database({ a: 1 }), now({ a: 3 }))]
    expect(describeReturned({ backupAt, datasets })).toBe(
      'The backup of 2026-11-21 14:02 UTC was restored: what was written since (at least 2 rows in 1 table) is no longer used.',
    )
  })
})
