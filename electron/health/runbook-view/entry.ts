import type { RunbookEntry, RunbookSection } from '../../../shared/contract/runbooks.ts'
import type { LeftOut } from '../../stacks/fitting.ts'

type Fact = RunbookEntry['facts'][number]

/** An entry with what most of them lack. */
export function entry(name: string, word: string, rest: Partial<RunbookEntry> = {}): RunbookEntry {
  return { name, title: null, state: 'ok', word, note: null, facts: [], code: null, ...rest }
}

/** Facts whose value is known; the others are left out. */
export function facts(...known: readonly (Fact | null)[]): Fact[] {
  return known.filter((one) => one !== null)
}

export function fact(label: string, value: string | number | null | undefined): Fact | null {
  return value == null || value === '' ? null : { label, value: String(value), mono: false }
}

/** A value as machines read it: a path, a range, a reference. */
export function code(label: string, value: string | number | null | undefined): Fact | null {
  return value == null || value === '' ? null : { label, value: String(value), mono: true }
}

/** What was left out of a section on this stack. */
export function leftOutEntries(leftOut: readonly LeftOut[], section: LeftOut['section']): RunbookEntry[] {
  return leftOut
    .filter((one) => one.section === section)
    .map(({ name, reason }) => entry(name === '' ? 'service' : name, 'Does not count', { state: 'off', note: reason }))
}

export function section(
  id: RunbookSection['id'],
  title: string,
  summary: string,
  entries: readonly RunbookEntry[],
): RunbookSection {
  return { id, title, summary, entries: [...entries] }
}

/** "one probe", "3 probes". */
export function count(amount: number, noun: string): string {
  return amount === 1 ? `one ${noun}` : `${amount === 0 ? 'no' : amount} ${noun}s`
}

/** "a, b and c" */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
