import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DatasetBackup } from '../../shared/operations/backup-manifest.ts'
import type { Dataset } from '../../shared/runbook/data-schema.ts'
import type { ExecResult } from '../hosts/host.ts'
import { layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'
import { makeCli, makeSharedStack, sqliteBackup, sqliteDataset } from './sample-restore.ts'
import { type Restore, requireOwnPlaces, swapData } from './swap-data.ts'

const operationId = '20261121T061502Z-upgrade-3f9a1c'
const request = { directory: '/backups', mark: operationId }
const { signal } = new AbortController()
let place: SamplePlace

beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

/** Restores of SQLite databases of one service, on a host that answers as told. */
function restoring(ids: readonly string[], answer: (argv: readonly string[]) => Partial<ExecResult> | undefined) {
  const { host, slipwayDirectory } = place
  const { cli, asked } = makeCli(answer)
  const stack = makeSharedStack(...ids)
  const context = { host, files: layOutOperation(slipwayDirectory, operationId) } as OperationContext
  const restores = ids.map((id): Restore => {
    const job = { host, cli, stack, dataset: sqliteDataset(id), operationId, signal }
    return { job, backup: sqliteBackup }
  })
  return { context, restores, asked }
}

const isAbout = (argv: readonly string[], id: string) => argv.some((word) => word.includes(`acme_${id}`))
const say = async () => undefined

describe('swapData', () => {
  it('of which the second fails says what is replaced already, and what that is kept as', async () => {
    await place.host.files.makeDirectories(layOutOperation(place.slipwayDirectory, operationId).directory)
    const { context, restores } = restoring(['first', 'second', 'third'], (argv) => {
      if (argv[0] !== 'run') return undefined
      return isAbout(argv, 'first') ? { stdout: 'aside\t/first/app.db.aside\n' } : { code: 1, stderr: 'disk broken' }
    })
    await expect(swapData(context, restores, request, { say })).rejects.toMatchObject({
      code: 'backup.restore-failed',
      message: expect.stringContaining('disk broken'),
      state: expect.stringMatching(
        /^Replaced already: first, of which what was there is kept as \/first\/app\.db\.aside\. second is not: .*Not begun: third\.$/,
      ),
    })
  })

  it('begins with none where one of them is in use by others', async () => {
    const { context, restores, asked } = restoring(['first', 'second'], (argv) => {
      if (argv[0] === 'ps' && isAbout(argv, 'second')) return { stdout: '1234\n' }
      return argv[0] === 'inspect' ? { stdout: 'true /elsewhere-1 \n' } : undefined
    })
    await expect(swapData(context, restores, request, { say })).rejects.toMatchObject({
      code: 'backup.restore-failed',
      message: expect.stringContaining('elsewhere-1'),
      state: 'The data was not touched.',
    })
    expect(asked.filter(([verb]) => verb === 'run')).toEqual([])
  })
})

describe('requireOwnPlaces', () => {
  const database = (id: string, name: string) =>
    ({ kind: 'postgres', id, service: 'db', database: name, user: 'app', volatileTables: [] }) as unknown as Dataset
  const asRestores = (...datasets: readonly Dataset[]) =>
    datasets.map((dataset): Restore => {
      const { host } = place
      const job = { host, cli: makeCli(() => undefined).cli, stack: makeSharedStack(), dataset, operationId, signal }
      return { job, backup: {} as DatasetBackup }
    })

  it('lets databases of one server be restored, also where their names have to be cut', () => {
    const restores = asRestores(database('a', `${'x'.repeat(62)}a`), database('b', `${'x'.repeat(62)}b`))
    expect(() => requireOwnPlaces(restores, request)).not.toThrow()
  })

  it('refuses two restores that would use one name', () => {
    const restores = asRestores(database('a', 'app'), database('b', 'app'))
    expect(() => requireOwnPlaces(restores, request)).toThrow(
      /^a and b on this computer would both be restored as database app_slipway_new_.* of db, one over the other\.$/,
    )
  })
})
