import { orderServices } from '../../shared/runbook/order-services.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import type { StackSetup } from '../../shared/runbook/when-holds.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { ComposeModel } from '../docker/compose.ts'
import { fitBackup, fitMigrations, fitSecrets } from './fit-data.ts'
import { fitProbes, fitSmokeTest, fitVersions } from './fit-questions.ts'
import { explainAbsent, type Fitting, keep, type LeftOut, lostIds } from './fitting.ts'
import { renameServices } from './rename-services.ts'

export interface FittedRunbook {
  readonly runbook: Runbook
  readonly leftOut: readonly LeftOut[]
  /** Services that the runbook needs and the stack does not have. What leads to them is kept, so that it fails loudly. */
  readonly missing: readonly string[]
}

/**
 * A runbook as it holds for one stack: services by the names that they have there, without the parts that are for
 * stacks set up in another way, in the order of an upgrade. Nothing that leads to a service which the runbook does
 * not call optional is left out: a backup without its database must fail, not be small.
 */
export function fitRunbook(written: Runbook, model: ComposeModel): FittedRunbook {
  const names = namesIn(written, model)
  const runbook = renameServices(written, (name) => names.get(name) ?? name)
  const absent = runbook.services.filter(({ name }) => !Object.hasOwn(model.services, name))
  const fitting: Fitting = {
    gone: new Set(absent.filter(({ optional }) => optional).map(({ name }) => name)),
    setup: describeSetup(model),
    leftOut: [],
  }
  return {
    runbook: fitSections(fitting, runbook),
    leftOut: fitting.leftOut,
    missing: absent.filter(({ optional }) => !optional).map(({ name }) => name),
  }
}

/** The name that each service of a runbook has in a stack: its own, or the first alias that is there. */
function namesIn({ services }: Runbook, model: ComposeModel): ReadonlyMap<string, string> {
  return new Map(
    services.map(({ name, aliases }) => {
      const found = [name, ...aliases].find((one) => Object.hasOwn(model.services, one))
      return [name, found ?? name]
    }),
  )
}

/** What conditions ask of a stack. */
function describeSetup({ services }: ComposeModel): StackSetup {
  return Object.fromEntries(
    Object.values(services).map(({ name, image, environment }) => {
      return [name, { repository: image === null ? null : parseImageReference(image).repository, environment }]
    }),
  )
}

function fitSections(fitting: Fitting, runbook: Runbook): Runbook {
  const services = fitServices(fitting, runbook.services)
  const backup = fitBackup(fitting, runbook.backup)
  const secrets = fitSecrets(fitting, runbook.secrets, backup?.datasets ?? [])
  const lost = {
    data: lostIds(runbook.backup?.datasets, backup?.datasets),
    secrets: lostIds(runbook.secrets, secrets),
  }
  const probes = fitProbes(fitting, runbook, lost)
  const smokeTest = fitSmokeTest(fitting, runbook.smokeTest, lost)
  const { backup: _, smokeTest: __, ...rest } = runbook
  return {
    ...rest,
    versions: fitVersions(fitting, runbook.versions, lost),
    services,
    probes,
    migrations: fitMigrations(fitting, runbook, lost.data),
    ...(backup ? { backup: { ...backup, secrets: backup.secrets.filter((id) => !lost.secrets.has(id)) } } : {}),
    ...(smokeTest ? { smokeTest } : {}),
    secrets,
    logs: fitLogs(fitting, runbook.logs),
  }
}

function fitServices(fitting: Fitting, services: Runbook['services']): Runbook['services'] {
  const { gone } = fitting
  const kept = services.filter(({ name }) =>
    keep(
      fitting,
      'services',
      name,
      gone.has(name) ? 'It may be absent from a stack, and is absent from this one.' : null,
    ),
  )
  return orderServices(kept.map((one) => ({ ...one, after: one.after.filter((name) => !gone.has(name)) })))
}

function fitLogs(fitting: Fitting, logs: Runbook['logs']): Runbook['logs'] {
  const kept = Object.entries(logs).filter(([service]) =>
    keep(fitting, 'logs', service, explainAbsent(fitting, service)),
  )
  return Object.fromEntries(kept)
}
