import type { ServiceChange } from '../../shared/contract/operations.ts'
import { joinVersions, keepsAllData } from '../../shared/operations/plan-sentences.ts'
import { stopSubcommand } from '../docker/compose-argv.ts'
import { bootRulesOf } from '../health/boot-log.ts'
import { schemasOf } from '../health/schema-owner.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { commandsToBringUp, describeCompose } from './commands.ts'
import { runSubcommand } from './compose-run-argv.ts'
import { OPERATION_LABEL } from './datasets/throwaway-container.ts'
import { type Draft, describer, imageCommands, type PlanSubject } from './plan-steps.ts'
import { probeCommands } from './question-commands.ts'
import { type Group, serviceStepId } from './service-steps.ts'
import type { MigrationJob } from './step-migrate.ts'
import { waitsFor } from './step-migrate-once.ts'

export function migrateDraft(subject: PlanSubject, job: MigrationJob): Draft {
  const { stack, changes, operationId } = subject
  const tag = changes.find(({ service }) => service === job.service)?.to.version ?? 'present'
  return {
    id: 'migrate',
    kind: 'migrate',
    title: 'Migrate',
    detail: `Runs ${job.argv.join(' ')} once in a container of ${job.service} ${tag}.`,
    undo: undoOfMigrating(subject),
    service: job.service,
    commands: migrationCommands(stack, job, operationId),
  }
}

function undoOfMigrating({ stack, changes, restoresData }: PlanSubject): string {
  if (keepsAllData(changes, stack.runbook.versions)) return 'Nothing: the old version runs on the migrated data.'
  return restoresData ? 'Restores the data from the backup.' : 'Nothing: the data stays migrated.'
}

/** Its container is known by its label alone. */
function migrationCommands(stack: Stack, job: MigrationJob, operationId: string): string[] {
  const show = describer(stack)
  const id = `"$(${show(['docker', 'ps', '--all', '--quiet', '--filter', `label=${OPERATION_LABEL}=${operationId}`])})"`
  return [
    describeCompose(show, stack.project, runSubcommand(job, operationId)),
    `${show(['docker', 'logs', '--follow'])} ${id}`,
    `${show(['docker', 'wait'])} ${id}`,
    `${show(['docker', 'rm', '--force'])} ${id}`,
  ]
}

/** A service of the stack that migrates: brought up once, before those that wait for it. */
export function migrateOnceDraft(subject: PlanSubject, change: ServiceChange): Draft {
  const { stack, upModeOf, changes } = subject
  const waiting = waitsFor(
    stack,
    change.service,
    changes.map(({ service }) => service),
  )
  const stops = waiting.length === 0 ? '' : `stops ${waiting.join(', ')}, `
  return {
    id: 'migrate',
    kind: 'migrate',
    title: 'Migrate',
    detail: `${change.from.version ?? change.from.reference} → ${change.to.version}: ${stops}runs ${change.service} once and waits for its end.`,
    undo: undoOfMigrating(subject),
    service: change.service,
    commands: [
      ...(waiting.length === 0 ? [] : [describeCompose(describer(stack), stack.project, stopSubcommand(waiting))]),
      ...commandsToBringUp(stack, [change.service], upModeOf([change.service])),
      describeCompose(describer(stack), stack.project, ['logs', '--follow', change.service]),
    ],
  }
}

/** One service, or several that only bring their images. */
export function serviceDraft(subject: PlanSubject, group: Group, undo: string): Draft {
  const [change, ...more] = group
  const services = group.map(({ service }) => service)
  const from = joinVersions(group.map((one) => one.from.version ?? one.from.reference))
  const to = joinVersions(group.map((one) => one.to.version))
  const detail = more.length === 0 ? describeReplacement(subject, change.service) : describeImages(services)
  return {
    id: serviceStepId(services),
    kind: 'service',
    title: more.length === 0 ? change.service : `${group.length} images`,
    detail: `${from} → ${to}: ${detail}`,
    undo,
    service: more.length === 0 ? change.service : null,
    commands: serviceCommands(subject, group),
  }
}

/** What only brings its image, and never ran here, is not run for the first time by an upgrade. */
function serviceCommands({ stack, upModeOf }: PlanSubject, group: Group): string[] {
  const services = group
    .map(({ service }) => service)
    .filter((name) => serviceKind(stack.runbook, name) !== 'pre-pull' || (stack.containers[name] ?? []).length > 0)
  if (services.length === 0) {
    return imageCommands(
      stack,
      group.map(({ to }) => to.reference),
    )
  }
  return [
    ...commandsToBringUp(stack, services, upModeOf(services)),
    describeCompose(describer(stack), stack.project, ['ps', '--all', ...services]),
    ...group.flatMap(({ service, to }) => probeCommands(stack, service, to.version)),
  ]
}

function describeImages(services: readonly string[]): string {
  return `brings the images of ${services.join(', ')}, and lets each run to its end where it has done so before.`
}

function describeReplacement({ stack, isReturn = false }: PlanSubject, service: string): string {
  const { runbook } = stack
  const { settleSeconds, timeoutSeconds } = runbook.gate
  const boot = isReturn ? null : bootRulesOf(stack, service)
  const isSeen =
    boot?.finishedLog !== undefined || schemasOf(stack, service).some(({ expected }) => expected.length > 0)
  const migrating = boot === null || !isSeen ? '' : ` (${boot.timeoutSeconds} s while it migrates)`
  switch (serviceKind(runbook, service)) {
    case 'pre-pull':
      return 'brings its image, and lets it run to its end where it has done so before.'
    case 'one-shot':
      return `recreates the container, and waits up to ${timeoutSeconds} s for it to end with exit code 0.`
    case 'service':
      return `recreates the container, waits up to ${timeoutSeconds} s${migrating} until it is healthy, and then ${settleSeconds} s for it to stay so.`
  }
}
