import type { WatchRule } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { count } from '../../shared/count.ts'
import type { RaisedNotice } from '../notices/notices.ts'
import type { RuleHit } from './store/messages.ts'

/** A line that is older is told with its time: it was read after a sleep, or when the connection came back. */
const NOW_MS = 60_000

interface MetRule {
  readonly ref: StackRef
  readonly rule: WatchRule
  readonly hit: RuleHit
  /** By the host's clock. */
  readonly nowMs: number
}

/** Tells that a rule was met. A notice that cannot be kept, as on a full disk, ends nothing but itself. */
export function tellHit(
  met: MetRule,
  raise: (notice: RaisedNotice) => void,
  reportBug: (error: unknown) => void,
): void {
  try {
    raise(describeHit(met))
  } catch (error) {
    reportBug(error)
  }
}

function describeHit({ ref, rule, hit, nowMs }: MetRule): RaisedNotice {
  const { name, moreThan, withinSeconds } = rule
  const often =
    moreThan === 0 ? '' : `More than ${count(moreThan, 'line')} in ${count(withinSeconds, 'second')}. Last: `
  return {
    kind: 'watch-rule',
    ref,
    title: `${ref.project}: ${name}`,
    body: `${lateness(hit.time, nowMs)}${often}${hit.service}: ${hit.message}`,
    incidentId: null,
    line: { time: hit.time, service: hit.service },
  }
}

function lateness(time: string, nowMs: number): string {
  return nowMs - Date.parse(time) < NOW_MS ? '' : `At ${time.slice(0, 19).replace('T', ' ')} UTC, read only now. `
}
