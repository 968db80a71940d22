import type { LeftOut } from './fitting.ts'
import type { Stack } from './stack.ts'

type Bound = Pick<Stack, 'binding'>

/** Parts of one section that do not count on a stack, in the order in which they are written. */
export function leftOutOf({ binding }: Bound, section: LeftOut['section']): readonly LeftOut[] {
  return binding.leftOut.filter((part) => part.section === section)
}

/** `List the keys, Hand a packet over: API_KEY is not set for api.` Parts that share a reason share a sentence. */
export function describeLeftOut(parts: readonly LeftOut[]): string {
  const byReason = Map.groupBy(parts, ({ reason }) => reason)
  return [...byReason].map(([reason, group]) => `${group.map(({ name }) => name).join(', ')}: ${reason}`).join(' ')
}
