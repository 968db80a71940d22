import type { Incident, ToldIncident } from '../../../shared/contract/monitor.ts'
import { type Stretch, unseenWithin } from '../../../shared/monitor/timeline.ts'

export interface Looks {
  /** What is kept of the stack's timeline, oldest first … */
  readonly stretches: readonly Stretch[]
  /** … from this time on: of what was before nobody can say any more whether it was seen. */
  readonly keptFromMs: number
  /** When somebody looked last; now, where nobody looks. */
  readonly nowMs: number
}

/** Adds to incidents the times within them that nobody observed: those are no part of how long they surely lasted. */
export function tellIncidents(incidents: readonly Incident[], looks: Looks): ToldIncident[] {
  return incidents.map((incident) => ({ ...incident, unseen: unseenOf(incident, looks) }))
}

function unseenOf({ begin, end }: Incident, { stretches, keptFromMs, nowMs }: Looks): ToldIncident['unseen'] {
  const toMs = end === null ? nowMs : Date.parse(end)
  const unseen = unseenWithin(stretches, Math.max(Date.parse(begin), keptFromMs), toMs)
  return unseen.map((one) => ({
    from: new Date(one.fromMs).toISOString(),
    to: end === null && one.toMs === toMs ? null : new Date(one.toMs).toISOString(),
  }))
}
