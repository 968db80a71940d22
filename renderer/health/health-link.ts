import { type Range, rangeSchema } from '../../shared/contract/monitor.ts'

/** What an address of the health page may say besides the stack. */
export function parseHealthLink(search: Record<string, unknown>): { range?: Range } {
  const range = rangeSchema.safeParse(search.range)
  return range.success ? { range: range.data } : {}
}
