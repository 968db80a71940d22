import type { Notice } from '../contract/monitor.ts'

/** Where in the app a notice leads, as the hash of its address: its incident, the lines of its rule, its stack or its host. */
export function noticeAddress({ ref, kind, incidentId, line, at }: Omit<Notice, 'id' | 'title' | 'body'>): string {
  if (ref.hostId === null) return '#/'
  const host = `#/hosts/${encodeURIComponent(ref.hostId)}`
  if (ref.project === null) return host
  const stack = `${host}/stacks/${encodeURIComponent(ref.project)}`
  if (incidentId !== null) return `${stack}/health/incidents/${encodeURIComponent(incidentId)}`
  if (kind !== 'watch-rule') return `${stack}/health`
  const service = line === undefined ? '' : `&service=${encodeURIComponent(line.service)}`
  return `${stack}/logs?at=${encodeURIComponent(line?.time ?? at)}${service}`
}
