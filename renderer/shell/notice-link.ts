import type { Notice } from '../../shared/contract/monitor.ts'

/** Where a notice leads: its incident, the log lines of its rule, its stack or its host. */
export function noticeAddress({ ref, kind, incidentId, at }: Notice): string {
  if (ref.hostId === null) return '#/'
  const host = `#/hosts/${encodeURIComponent(ref.hostId)}`
  if (ref.project === null) return host
  const stack = `${host}/stacks/${encodeURIComponent(ref.project)}`
  if (incidentId !== null) return `${stack}/health/incidents/${encodeURIComponent(incidentId)}`
  if (kind === 'watch-rule') return `${stack}/logs?at=${encodeURIComponent(at)}`
  return `${stack}/health`
}
