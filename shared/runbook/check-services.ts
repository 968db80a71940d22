import { findCircle } from './order-services.ts'
import type { Probe } from './probe-schema.ts'
import { doubles, type Path, type ReferenceProblem, unknownName } from './reference-problem.ts'
import type { Runbook } from './schema.ts'
import { smokeSteps } from './smoke-steps.ts'

/** Services: each is named once, whatever it is called, in an order that can be kept, and all that is named is there. */
export function checkServices(runbook: Runbook): ReferenceProblem[] {
  return [
    ...doubles(runbook.services, 'name', ['services']),
    ...checkAliases(runbook),
    ...checkOrder(runbook),
    ...checkNames(runbook),
  ]
}

/** Two services that could be called alike would be taken for each other. */
function checkAliases({ services }: Runbook): ReferenceProblem[] {
  const owners = new Map(services.map(({ name }) => [name, name]))
  return services.flatMap(({ name, aliases }, index) =>
    aliases.flatMap((alias, position) => {
      const owner = owners.get(alias)
      if (owner === undefined) {
        owners.set(alias, name)
        return []
      }
      const message = owner === name ? `“${alias}” is there twice.` : `${owner} can be called “${alias}” too.`
      return [{ path: ['services', index, 'aliases', position], message, expected: 'another name' }]
    }),
  )
}

function checkOrder({ services }: Runbook): ReferenceProblem[] {
  const circle = findCircle(services)
  if (circle === null) return []
  const [first = '', next = ''] = circle
  const index = services.findIndex(({ name }) => name === first)
  const position = services[index]?.after.indexOf(next) ?? 0
  const message = `No order is possible: ${circle.join(' after ')}.`
  return [{ path: ['services', index, 'after', position], message, expected: null }]
}

/** Every place in a runbook that names a service. */
function checkNames(runbook: Runbook): ReferenceProblem[] {
  const known = new Set(runbook.services.map(({ name }) => name))
  return usesOfServices(runbook).flatMap(([service, path]) =>
    service === undefined || known.has(service) ? [] : [unknownName('service', service, path, known)],
  )
}

type Use = readonly [service: string | undefined, path: Path]

function usesOfServices(runbook: Runbook): Use[] {
  const { versions, migrations, backup } = runbook
  return [
    ...eachOf(runbook.match.services, ['match', 'services']),
    [versions.service, ['versions', 'service']],
    [versions.reported?.http.service, ['versions', 'reported', 'http', 'service']],
    ...runbook.services.flatMap(({ after }, index) => eachOf(after, ['services', index, 'after'])),
    ...runbook.probes.flatMap(usesOfProbe),
    [migrations.service, ['migrations', 'service']],
    ...usesOfMigration(migrations),
    ...(backup?.datasets ?? []).flatMap((dataset, index): Use[] => {
      const path = ['backup', 'datasets', index]
      return [
        [dataset.service, [...path, 'service']],
        [dataset.when?.service, [...path, 'when', 'service']],
      ]
    }),
    ...eachOf(backup?.stop ?? [], ['backup', 'stop']),
    ...eachOf(backup?.pause ?? [], ['backup', 'pause']),
    ...smokeSteps(runbook).flatMap(({ step, path }): Use[] => [
      [step.http.service, [...path, 'http', 'service']],
      [step.when?.service, [...path, 'when', 'service']],
    ]),
    ...runbook.secrets.flatMap(({ service, rotation }, index): Use[] => [
      [service, ['secrets', index, 'service']],
      ...eachOf(rotation?.services ?? [], ['secrets', index, 'rotation', 'services']),
    ]),
    ...Object.keys(runbook.logs).map((service): Use => [service, ['logs', service]]),
  ]
}

function usesOfMigration(migrations: Runbook['migrations']): Use[] {
  if (migrations.at !== 'one-shot' || migrations.instead === undefined) return []
  const { service, when } = migrations.instead
  const path = ['migrations', 'instead']
  return [
    [service, [...path, 'service']],
    [when?.service, [...path, 'when', 'service']],
  ]
}

function eachOf(names: readonly string[], path: Path): Use[] {
  return names.map((name, index) => [name, [...path, index]])
}

/** The service that a probe names; one that asks a data set names none. */
function usesOfProbe(probe: Probe, index: number): Use[] {
  const path = ['probes', index]
  return [[probe.when?.service, [...path, 'when', 'service']], ...askedService(probe, path)]
}

function askedService(probe: Probe, path: Path): Use[] {
  if ('http' in probe) return [[probe.http.service, [...path, 'http', 'service']]]
  if ('tcp' in probe) return [[probe.tcp.service, [...path, 'tcp', 'service']]]
  if ('tls' in probe) return [[probe.tls.service, [...path, 'tls', 'service']]]
  if ('command' in probe) return [[probe.command.service, [...path, 'command', 'service']]]
  if ('container' in probe) return [[probe.container.service, [...path, 'container', 'service']]]
  return []
}
