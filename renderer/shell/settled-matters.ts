import type { FleetHost } from '../../shared/contract/monitor.ts'

/** What toasts tell of and is not over, by its toast's id, with the host that it is on. */
type OpenMatters = ReadonlyMap<string, string>

/** What is open now, and what of that of before is over. Of a host that is out of reach nobody knows it. */
export function followMatters(before: OpenMatters, hosts: readonly FleetHost[]) {
  const now = new Map(hosts.flatMap(mattersOf))
  const lost = new Set(hosts.filter(({ connected }) => !connected).map(({ hostId }) => hostId))
  const missing = [...before].filter(([matter]) => !now.has(matter))
  const unknown = missing.filter(([, hostId]) => lost.has(hostId))
  const settled = missing.filter(([, hostId]) => !lost.has(hostId)).map(([matter]) => matter)
  return { open: new Map([...unknown, ...now]), settled }
}

function mattersOf({ hostId, connected, stacks }: FleetHost): [matter: string, hostId: string][] {
  const incidents = stacks.flatMap(({ openIncident }) => (openIncident === null ? [] : [`incident ${openIncident}`]))
  return [...(connected ? [] : [`host ${hostId}`]), ...incidents].map((matter) => [matter, hostId])
}
