import type { Notice } from '../../shared/contract/monitor.ts'

/** Where a notice leads: its incident, the log lines of its rule, or its stack. */
export function noticeAddress({ ref, kind, incidentId, at }: Notice): string {
  const stack = `#/hosts/${encodeURIComponent(ref.hostId)}/stacks/${encodeURIComponent(ref.project)}`
  if (incidentId !== null) return `${stack}/health/incidents/${encodeURIComponent(incidentId)}`
  if (kind === 'watch-rule') return `${stack}/logs?at=${encodeURIComponent(at)}`
  return `${stack}/health`
}
