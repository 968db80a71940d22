import { describe, expect, it } from 'vitest'
import { type BackupFacts, type Counts, judgeBackup, sumCounts } from './judge-backup.ts'

const nouns = { group: 'table', item: 'row' }

function facts(source: Counts, copy: Counts = source, more: Partial<BackupFacts> = {}): BackupFacts {
  return { source, copy, totals: { rows: sumCounts(copy) }, nouns, mayBeEmpty: false, ...more }
}

const earlier = (counts: Counts, emptyAccepted = false) => ({
  counts,
  totals: { rows: sumCounts(counts) },
  emptyAccepted,
})
const good = (...warnings: string[]) => ({ kind: 'good', warnings, emptyAccepted: false })

describe('judgeBackup', () => {
  it('is good when every table has as many rows as the database had', () => {
    expect(judgeBackup(facts({ a: 1, b: 0 }), null, 50)).toEqual(good())
  })

  it.for([
    ['fewer rows', { a: 2 }, { a: 1 }],
    ['a table missing', { a: 1, b: 1 }, { a: 1 }],
    ['a table too many', { a: 1 }, { a: 1, b: 1 }],
    ['nothing at all', { a: 1, b: 0 }, {}],
  ] as const)('is incomplete with %s, whatever was accepted before', ([, source, copy]) => {
    for (const previous of [null, earlier({}), earlier({ a: 0 }), earlier({}, true)]) {
      expect(judgeBackup(facts(source, copy), previous, 50).kind).toBe('incomplete')
      expect(judgeBackup(facts(source, copy, { mayBeEmpty: true }), previous, 50).kind).toBe('incomplete')
    }
  })

  it('is empty without tables, unless the one before was and somebody let it pass', () => {
    const empty = { kind: 'empty', reason: 'The database has no tables.' }
    expect(judgeBackup(facts({}), null, 50)).toEqual(empty)
    expect(judgeBackup(facts({}), earlier({ a: 0 }), 50)).toEqual(empty)
    const accepted = { kind: 'good', warnings: ['The database has no tables.'], emptyAccepted: true }
    expect(judgeBackup(facts({}), earlier({}, true), 50)).toEqual(accepted)
  })

  it('is empty without files, unless somebody let it pass, or it may be', () => {
    const none = facts({ files: 0, bytes: 0 }, { files: 0, bytes: 0 }, { nouns: { group: 'folder', item: 'file' } })
    const before = { counts: {}, totals: { files: 0, bytes: 0 }, emptyAccepted: false }
    expect(judgeBackup(none, null, 50)).toEqual({ kind: 'empty', reason: 'There are no files in it.' })
    expect(judgeBackup(none, before, 50).kind).toBe('empty')
    expect(judgeBackup(none, { ...before, emptyAccepted: true }, 50)).toMatchObject({ kind: 'good' })
    expect(judgeBackup({ ...none, mayBeEmpty: true }, null, 50)).toEqual(good('There are no files in it.'))
  })

  it('is shrunk when it may be empty, but was not before', () => {
    const none = facts({ files: 0 }, { files: 0 }, { totals: { files: 0 }, mayBeEmpty: true })
    const before = { counts: {}, totals: { files: 3 }, emptyAccepted: false }
    expect(judgeBackup({ ...none, nouns: { group: 'folder', item: 'file' } }, before, 50).kind).toBe('shrunk')
  })

  it('warns when there are no rows at all', () => {
    expect(judgeBackup(facts({ a: 0 }), null, 50)).toEqual(good('No table has any rows.'))
  })

  it('warns when rows or tables of the backup before are gone', () => {
    expect(judgeBackup(facts({ a: 0, c: 11 }), earlier({ a: 5, b: 2, c: 9 }), 50)).toEqual(
      good(
        'Table a had 5 rows in the backup before, and has none now.',
        'Table b, with 2 rows in the backup before, is gone.',
      ),
    )
  })

  it('is shrunk when it lost more than the share that is let pass, in rows or in bytes', () => {
    expect(judgeBackup(facts({ a: 50 }), earlier({ a: 100 }), 50).kind).toBe('good')
    expect(judgeBackup(facts({ a: 49 }), earlier({ a: 100 }), 50)).toEqual({
      kind: 'shrunk',
      reason: 'It holds 49 rows, 51 % fewer than the 100 of the backup before.',
    })
    const files = { files: 10, bytes: 10 }
    const volume = facts(files, files, { totals: files, nouns: { group: 'folder', item: 'file' } })
    expect(judgeBackup(volume, { counts: {}, totals: { files: 10, bytes: 1000 }, emptyAccepted: false }, 50).kind).toBe(
      'shrunk',
    )
  })
})
