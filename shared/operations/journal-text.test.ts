import { describe, expect, it } from 'vitest'
import { formatEntry, parseJournal } from './journal-text.ts'

const entry = (seq: number, type = 'note') => ({ seq, at: '2026-11-21T06:15:02.000Z', type })
const line = (seq: number) => `${JSON.stringify(entry(seq))}\n`

describe('parseJournal', () => {
  it('reads back what was written', () => {
    const written = { seq: 1, at: '2026-11-21T06:15:02.000Z', type: 'note' as const, message: 'käse\n"quoted"' }
    expect(parseJournal(formatEntry(written))).toEqual({ entries: [written], damage: [], torn: false })
  })

  it('tolerates every cut of the last line, says so, and loses nothing before it', () => {
    const text = line(1) + line(2)
    for (let end = line(1).length + 1; end < text.length - 1; end += 1) {
      const { entries, damage, torn } = parseJournal(text.slice(0, end))
      expect(entries.map(({ seq }) => seq)).toEqual([1])
      expect([damage.length, torn]).toEqual([1, true])
    }
  })

  it('takes a whole last line without its line end for whole, but torn', () => {
    expect(parseJournal((line(1) + line(2)).trimEnd())).toMatchObject({ damage: [], torn: true })
  })

  it('reports a broken line in the middle and reads on', () => {
    const { entries, damage } = parseJournal(`${line(1)}{"seq":2,"at"\n${line(3)}`)
    expect(entries.map(({ seq }) => seq)).toEqual([1, 3])
    expect(damage).toEqual([
      { line: 2, message: 'An entry cannot be read.' },
      { line: 3, message: 'Entry 3 follows entry 1.' },
    ])
  })

  it('keeps entries of types that it does not know', () => {
    const { entries, damage } = parseJournal(`${JSON.stringify({ ...entry(1, 'guard-armed'), message: 'pid 7' })}\n`)
    expect(damage).toEqual([])
    expect(entries[0]).toMatchObject({ type: 'note', data: { unknown: { type: 'guard-armed', message: 'pid 7' } } })
  })

  it('reads an empty journal', () => {
    expect(parseJournal('')).toEqual({ entries: [], damage: [], torn: false })
  })
})
