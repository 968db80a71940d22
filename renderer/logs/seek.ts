import type { LogViewState } from '../../shared/contract/logs.ts'
import { formatLineTime } from './log-time.ts'

/** The next step towards a moment: there is none yet, the host is asked, or the list goes there. */
export type SeekStep =
  | { readonly kind: 'wait' | 'ask' }
  /** `problem`: why the lines of the moment are not among those that are there; null: they are. */
  | { readonly kind: 'land'; readonly problem: string | null }

/** What is done next so that the list shows the lines of a moment. */
export function seekStep(state: LogViewState, time: string): SeekStep {
  const { search, services, heldFrom } = state
  // Of what passes the filter, the newest is known first.
  if (state.filtering || services.length === 0) return { kind: 'wait' }
  const wanted = Date.parse(time)
  const reaches = (from: string | null | undefined) => typeof from === 'string' && Date.parse(from) <= wanted
  if (reaches(heldFrom)) return { kind: 'land', problem: null }
  if (search?.at === null && reaches(search.lookedBackTo)) return { kind: 'land', problem: null }
  if (search?.at === time) {
    return search.state === 'running' ? { kind: 'wait' } : { kind: 'land', problem: problemOf(search, time) }
  }
  return { kind: services.some((service) => service.state === 'reconnecting') ? 'wait' : 'ask' }
}

type Search = NonNullable<LogViewState['search']>

function problemOf({ state, foundLines, error }: Search, time: string): string | null {
  switch (state) {
    case 'running':
      return null
    case 'found':
      return foundLines > 0 ? null : notReached(time, 'none around it passes the filter')
    case 'cancelled':
      return notReached(time, 'the search for them was cancelled')
    case 'failed':
      return notReached(time, `the search for them failed: ${error?.message ?? 'the reason is not known'}`)
    case 'full':
      return notReached(time, 'there are more around it than can be held. A filter by service or text lets less pass')
    case 'exhausted':
      return notReached(time, 'the host has none so old any more, or the time range of the filter leaves them out')
  }
}

/** Why the lines of a moment are not there, for a person who wanted to see them. */
export function notReached(time: string, why: string): string {
  return `The lines of ${formatLineTime(time, true)} are not shown: ${why}. What is shown is from another time.`
}
