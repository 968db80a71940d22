import type { Probe } from './probe-schema.ts'
import type { Runbook } from './schema.ts'

/** The service that a probe is about: the one it asks, or the one whose container holds the data that it asks. */
export function serviceOfProbe({ backup }: Pick<Runbook, 'backup'>, probe: Probe): string {
  if ('http' in probe) return probe.http.service
  if ('tcp' in probe) return probe.tcp.service
  if ('tls' in probe) return probe.tls.service
  if ('command' in probe) return probe.command.service
  if ('container' in probe) return probe.container.service
  const { dataset } = probe.query
  return backup?.datasets.find(({ id }) => id === dataset)?.service ?? ''
}
