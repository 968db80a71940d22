import type { Probe, SmokeStep } from '../../shared/runbook/probe-schema.ts'
import { serviceOfProbe } from '../../shared/runbook/probe-service.ts'
import { fillTemplate } from '../../shared/runbook/template.ts'
import { isInRange } from '../../shared/versions/version.ts'
import { schemasOf } from '../health/schema-owner.ts'
import { showCurl, shownAuthority, shownTarget, shownValues } from '../health/shown-request.ts'
import type { Stack } from '../stacks/stack.ts'
import { buildPostgresQuestion } from './ask-data.ts'
import { containerNames } from './commands.ts'
import { createShow } from './show-command.ts'

/** What the gate of a service asks, once it has that version: its probes, the schema of its data, the version it reports. */
export function probeCommands(stack: Stack, service: string, version: string): string[] {
  const { probes, versions } = stack.runbook
  const asked = probes.filter(
    (probe) => serviceOfProbe(stack.runbook, probe) === service && isInRange(version, probe.versions) !== 'no',
  )
  const reported = versions.reported?.http.service === service ? versions.reported : undefined
  const isReported = reported !== undefined && isInRange(version, reported.versions) !== 'no'
  return [
    ...asked.map((probe) => probeCommand(stack, probe, service)),
    ...schemasOf(stack, service).map(({ dataset, query }) => queryCommand(stack, dataset, query)),
    ...(!isReported ? [] : [createShow(stack.session)(showCurl(stack, reported.http))]),
  ]
}

function probeCommand(stack: Stack, probe: Probe, service: string): string {
  const show = createShow(stack.session)
  const [name = service] = containerNames(stack, [service])
  if ('http' in probe) return show(showCurl(stack, probe.http))
  if ('tcp' in probe) {
    const { port, timeoutSeconds } = probe.tcp
    return show(['nc', '-z', '-w', String(Math.ceil(timeoutSeconds)), ...shownTarget(stack, service, port)])
  }
  if ('tls' in probe) {
    const { port, serverName } = probe.tls
    const asked = ['-connect', shownAuthority(stack, service, port), '-servername']
    const argv = ['openssl', 's_client', ...asked, fillTemplate(serverName, shownValues(stack, service))]
    return `${show(argv)} < /dev/null`
  }
  if ('command' in probe) return show(['docker', 'exec', name, ...probe.command.argv])
  if ('container' in probe) return show(['docker', 'inspect', ...containerNames(stack, [service])])
  return queryCommand(stack, probe.query.dataset, probe.query.sql)
}

/** Other databases than PostgreSQL are asked in a container that is made for it. */
function queryCommand(stack: Stack, id: string, sql: string): string {
  const dataset = stack.runbook.backup?.datasets.find((known) => known.id === id)
  if (dataset?.kind !== 'postgres') return `# Ask the data set ${id}: ${sql}`
  const [name = dataset.service] = containerNames(stack, [dataset.service])
  return createShow(stack.session)(['docker', ...buildPostgresQuestion(stack, dataset, name, sql, null)])
}

/** A smoke test by hand, step by step, and its cleanup. `versions`: what services will run, where it is not what runs. */
export function smokeCommands(stack: Stack, versions: readonly (readonly [string, string | null])[]): string[] {
  const { smokeTest } = stack.runbook
  const show = createShow(stack.session)
  const version = new Map(versions)
  const isMeant = ({ http, versions: range }: SmokeStep) => isInRange(version.get(http.service) ?? null, range) !== 'no'
  const steps = smokeTest === undefined ? [] : [...smokeTest.steps, ...smokeTest.cleanup]
  return steps.filter(isMeant).flatMap((step) => [`# ${step.title}`, show(showCurl(stack, step.http))])
}
