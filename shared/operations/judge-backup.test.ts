import { describe, expect, it } from 'vitest'
import { type BackupFacts, type Counts, judgeBackup, sumCounts } from './judge-backup.ts'

const nouns = { group: 'table', item: 'row' }

function facts(source: Counts, copy: Counts = source, more: Partial<BackupFacts> = {}): BackupFacts {
  return { source, copy, totals: { rows: sumCounts(copy) }, nouns, mayBeEmpty: false, ...more }
}

const earlier = (counts: Counts) => ({ counts, totals: { rows: sumCounts(counts) } })

describe('judgeBackup', () => {
  it('is good when every table has as many rows as the database had', () => {
    expect(judgeBackup(facts({ a: 1, b: 0 }), null, 50)).toEqual({ kind: 'good', warnings: [] })
  })

  it.for([
    ['fewer rows', { a: 2 }, { a: 1 }],
    ['a table missing', { a: 1, b: 1 }, { a: 1 }],
    ['a table too many', { a: 1 }, { a: 1, b: 1 }],
  ] as const)('is incomplete with %s', ([, source, copy]) => {
    expect(judgeBackup(facts(source, copy), null, 50).kind).toBe('incomplete')
  })

  it('is empty without tables, also when the database has none either', () => {
    const reason = 'The copy has no tables, the database has 1.'
    expect(judgeBackup(facts({ a: 1 }, {}), null, 50)).toEqual({ kind: 'empty', reason })
    expect(judgeBackup(facts({}), null, 50)).toEqual({ kind: 'empty', reason: 'The database has no tables.' })
  })

  it('is empty without files, unless the one before was, or the kind may be', () => {
    const none = facts({ files: 0, bytes: 0 }, { files: 0, bytes: 0 }, { nouns: { group: 'folder', item: 'file' } })
    expect(judgeBackup(none, null, 50)).toEqual({ kind: 'empty', reason: 'There are no files in it.' })
    const good = { kind: 'good', warnings: ['There are no files in it.'] }
    expect(judgeBackup(none, { counts: {}, totals: { rows: 0 } }, 50)).toEqual(good)
    expect(judgeBackup({ ...none, mayBeEmpty: true }, null, 50)).toEqual(good)
  })

  it('warns when there are no rows at all', () => {
    expect(judgeBackup(facts({ a: 0 }), null, 50)).toEqual({ kind: 'good', warnings: ['No table has any rows.'] })
  })

  it('warns when rows or tables of the backup before are gone', () => {
    expect(judgeBackup(facts({ a: 0, c: 11 }), earlier({ a: 5, b: 2, c: 9 }), 50)).toEqual({
      kind: 'good',
      warnings: [
        'Table a had 5 rows in the backup before, and has none now.',
        'Table b, with 2 rows in the backup before, is gone.',
      ],
    })
  })

  it('is shrunk when it lost more than the share that is let pass, in rows or in bytes', () => {
    expect(judgeBackup(facts({ a: 50 }), earlier({ a: 100 }), 50).kind).toBe('good')
    expect(judgeBackup(facts({ a: 49 }), earlier({ a: 100 }), 50)).toEqual({
      kind: 'shrunk',
      reason: 'It holds 49 rows, 51 % fewer than the 100 of the backup before.',
    })
    const files = { files: 10, bytes: 10 }
    const volume = facts(files, files, { totals: files, nouns: { group: 'folder', item: 'file' } })
    expect(judgeBackup(volume, { counts: {}, totals: { files: 10, bytes: 1000 } }, 50).kind).toBe('shrunk')
  })
})
