import { describe, expect, it } from 'vitest'
import { judgeBackup } from './judge-backup.ts'

describe('judgeBackup', () => {
  it('is good when every table has as many rows as the database had', () => {
    expect(judgeBackup({ a: 1, b: 0 }, { a: 1, b: 0 }, null)).toEqual({ kind: 'good', warnings: [] })
  })

  it.for([
    ['fewer rows', { a: 2 }, { a: 1 }],
    ['a table missing', { a: 1, b: 1 }, { a: 1 }],
    ['a table too many', { a: 1 }, { a: 1, b: 1 }],
  ] as const)('is incomplete with %s', ([, source, copy]) => {
    expect(judgeBackup(source, copy, null).kind).toBe('incomplete')
  })

  it('is empty without tables, also when the database has none either', () => {
    expect(judgeBackup({ a: 1 }, {}, null)).toEqual({
      kind: 'empty',
      reason: 'The copy has no tables, the database has 1.',
    })
    expect(judgeBackup({}, {}, null)).toEqual({ kind: 'empty', reason: 'The database has no tables.' })
  })

  it('warns when there are no rows at all', () => {
    expect(judgeBackup({ a: 0 }, { a: 0 }, null)).toEqual({ kind: 'good', warnings: ['No table has any rows.'] })
  })

  it('warns when rows or tables of the backup before are gone', () => {
    expect(judgeBackup({ a: 0, c: 1 }, { a: 0, c: 1 }, { a: 5, b: 2, c: 9 })).toEqual({
      kind: 'good',
      warnings: [
        'Table a had 5 rows in the backup before, and has none now.',
        'Table b, with 2 rows in the backup before, is gone.',
      ],
    })
  })
})
