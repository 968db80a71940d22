import type { PlanStep, ServiceChange } from '../../shared/contract/operations.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { describeLineEdits } from '../../shared/operations/line-edits.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import { describeStandstill } from '../../shared/operations/plan-sentences.ts'
import { keepTag } from '../../shared/operations/rollback-point.ts'
import type { PinEdit } from '../stacks/edit-pin.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { describeCompose, upArgv } from './commands.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsOf, standstillOf } from './datasets/of-stack.ts'
import { layOut, layOutOperation } from './layout.ts'
import { type Group, serviceStepId } from './service-steps.ts'
import { createShow, type ShowCommand } from './show-command.ts'
import type { MigrationJob } from './step-migrate.ts'
import { digestReference } from './step-pull.ts'

/** What the steps of a plan are written from. */
export interface PlanSubject {
  readonly stack: Stack
  readonly operationId: string
  readonly changes: readonly ServiceChange[]
  readonly edits: readonly PinEdit[]
  readonly skipBackupReason: string | null
  readonly skipPull: boolean
  readonly mask: Masker
}

type Draft = Omit<PlanStep, 'service' | 'undo' | 'commands'> & Partial<PlanStep>

export function complete(drafts: readonly Draft[], mask: Masker): PlanStep[] {
  return drafts.map((draft) => ({
    service: null,
    undo: null,
    ...draft,
    commands: (draft.commands ?? []).map(mask),
    detail: mask(draft.detail),
  }))
}

export function lockDraft({ stack, operationId }: Pick<PlanSubject, 'stack' | 'operationId'>): Draft {
  const { root, lock } = layOut(stack.slipwayDirectory)
  const show = describer(stack)
  return {
    id: 'lock',
    kind: 'lock',
    title: 'Lock',
    detail: `Keeps other people's apps away from ${stack.ref.project} while ${operationId} runs.`,
    undo: 'Gives the lock back.',
    commands: [show(['mkdir', '--parents', root]), show(['mkdir', lock])],
  }
}

export function backupDraft(subject: PlanSubject): Draft {
  const { stack, skipBackupReason, operationId } = subject
  const base = { id: 'backup', kind: 'backup', title: 'Back up' } as const
  if (skipBackupReason !== null) return { ...base, title: 'Back up (skipped)', detail: `Skipped: ${skipBackupReason}` }
  const datasets = datasetsOf(stack)
  if (datasets.length === 0)
    return { ...base, title: 'Back up (no data)', detail: 'The runbook names no data to back up.' }
  const directory = `${stack.slipwayDirectory}/backups/${operationId}`
  const still = standstillOf(stack)
  const meanwhile = describeStandstill(still) ?? 'the stack runs'
  const compose = (verb: string, services: readonly string[]) =>
    services.length === 0 ? [] : [describeCompose(describer(stack), stack.project, [verb, ...services])]
  return {
    ...base,
    detail: `Copies ${datasets.map(({ id }) => id).join(', ')} while ${meanwhile}, and checks each copy: that it can be read, what it holds, its checksum. Keeps the compose and environment files with them.`,
    commands: [
      describer(stack)(['mkdir', '--parents', directory]),
      ...compose('stop', still.stop),
      ...compose('pause', still.pause),
      ...datasets.flatMap((dataset) => kindOf(dataset).backUpCommands(stack, dataset, directory)),
      ...compose('unpause', still.pause),
      ...compose('start', still.stop),
    ],
  }
}

export function rollbackPointDraft({ stack, operationId, changes, edits }: PlanSubject): Draft {
  const show = describer(stack)
  const { pointFiles } = layOutOperation(stack.slipwayDirectory, operationId)
  return {
    id: 'rollback-point',
    kind: 'rollback-point',
    title: 'Rollback point',
    detail: `Keeps the files and the images of ${names(changes)} as they are now.`,
    undo: 'Kept until three newer ones exist.',
    commands: [
      show(['mkdir', '--parents', pointFiles]),
      ...edits.map(({ path }) => show(['cp', '--preserve=mode', path, `${pointFiles}/`])),
      ...changes.map(({ service, from }) =>
        show([
          'docker',
          'tag',
          stack.containers[service]?.[0]?.imageId ?? from.reference,
          keepTag(stack.ref.project, service, operationId),
        ]),
      ),
    ],
  }
}

export function pullDraft({ stack, changes, skipPull }: PlanSubject): Draft {
  const show = describer(stack)
  const bytes = changes.map(({ downloadBytes }) => downloadBytes)
  const size = bytes.includes(null)
    ? 'of unknown size'
    : `up to ${formatBytes(bytes.reduce<number>((a, b) => a + (b ?? 0), 0))}`
  return {
    id: 'pull',
    kind: 'pull',
    title: skipPull ? 'Images (not pulled)' : 'Pull',
    detail: skipPull
      ? 'Makes sure that the images are on the host.'
      : `Downloads the images of ${names(changes)} by digest, ${size}, before anything stops.`,
    undo: 'Pulled images stay on the host.',
    commands: skipPull
      ? []
      : changes.flatMap(({ to }) => [
          show(['docker', 'pull', digestReference(to)]),
          show(['docker', 'tag', digestReference(to), to.reference]),
        ]),
  }
}

export function pinDraft({ stack, edits }: PlanSubject): Draft {
  const paths = edits.map(({ path }) => path).join(', ')
  return {
    id: 'pin',
    kind: 'pin',
    title: 'Pin',
    detail: edits.length === 0 ? 'The files say so already.' : `Writes the version into ${paths}.`,
    undo: 'Puts the files back, byte for byte.',
    commands: editCommands(stack, edits),
  }
}

/** The same edits by hand. */
export function editCommands(stack: Stack, edits: readonly PinEdit[]): string[] {
  const show = describer(stack)
  return edits.flatMap(({ path, before, after }) => {
    const commands = describeLineEdits(path, before, after)
    return commands === null ? [`# Edit ${path} as the diff shows.`] : commands.map((argv) => show(argv))
  })
}

export function migrateDraft({ stack, changes }: PlanSubject, job: MigrationJob): Draft {
  const tag = changes.find(({ service }) => service === job.service)?.to.version ?? 'present'
  return {
    id: 'migrate',
    kind: 'migrate',
    title: 'Migrate',
    detail: `Runs ${job.argv.join(' ')} once in a container of ${job.service} ${tag}.`,
    undo: 'Restores the data from the backup.',
    service: job.service,
    commands: [
      describeCompose(describer(stack), stack.project, ['run', '--rm', '--no-deps', '-T', job.service, ...job.argv]),
    ],
  }
}

/** A service of the stack that migrates: brought up once, before those that wait for it. */
export function migrateOnceDraft({ stack }: PlanSubject, change: ServiceChange): Draft {
  const waiting = Object.values(stack.model.services)
    .filter(({ dependsOn }) => dependsOn[change.service]?.condition === 'service_completed_successfully')
    .map(({ name }) => name)
  const stops = waiting.length === 0 ? '' : `stops ${waiting.join(', ')}, `
  return {
    id: 'migrate',
    kind: 'migrate',
    title: 'Migrate',
    detail: `${change.from.version ?? change.from.reference} → ${change.to.version}: ${stops}runs ${change.service} once and waits for its end.`,
    undo: 'Restores the data from the backup.',
    service: change.service,
    commands: [
      ...(waiting.length === 0 ? [] : [describeCompose(describer(stack), stack.project, ['stop', ...waiting])]),
      describeCompose(describer(stack), stack.project, upArgv([change.service])),
      describeCompose(describer(stack), stack.project, ['logs', '--follow', change.service]),
    ],
  }
}

/** One service, or several that only bring their images. */
export function serviceDraft({ stack }: PlanSubject, group: Group, undo: string): Draft {
  const [change, ...more] = group
  const services = group.map(({ service }) => service)
  const from = change.from.version ?? change.from.reference
  const detail = more.length === 0 ? describeReplacement(stack, change.service) : describeImages(services)
  return {
    id: serviceStepId(services),
    kind: 'service',
    title: more.length === 0 ? change.service : `${group.length} images`,
    detail: `${from} → ${change.to.version}: ${detail}`,
    undo,
    service: more.length === 0 ? change.service : null,
    commands: [
      describeCompose(describer(stack), stack.project, upArgv(services)),
      describeCompose(describer(stack), stack.project, ['ps', ...services]),
    ],
  }
}

function describeImages(services: readonly string[]): string {
  return `brings the images of ${services.join(', ')}, and lets each run to its end where it has done so before.`
}

function describeReplacement({ runbook }: Stack, service: string): string {
  const { settleSeconds, timeoutSeconds } = runbook.gate
  switch (serviceKind(runbook, service)) {
    case 'pre-pull':
      return 'brings its image, and lets it run to its end where it has done so before.'
    case 'one-shot':
      return `recreates the container, and waits up to ${timeoutSeconds} s for it to end with exit code 0.`
    case 'service':
      return `recreates the container, waits up to ${timeoutSeconds} s until it is healthy, and then ${settleSeconds} s for it to stay so.`
  }
}

export function smokeTestDraft({ stack }: PlanSubject): Draft {
  const { smokeTest } = stack.runbook
  return {
    id: 'smoke-test',
    kind: 'smoke-test',
    title: smokeTest === undefined ? 'Smoke test (none)' : 'Smoke test',
    detail:
      smokeTest === undefined
        ? 'The runbook has none: green health is all that is known.'
        : `Uses the product as its clients do: ${smokeTest.steps.map(({ title }) => title).join('; ')}.`,
    undo: smokeTest?.writes === true ? 'Its cleanup removes what it has written.' : null,
  }
}

export function commitDraft({ stack }: PlanSubject): Draft {
  return {
    id: 'commit',
    kind: 'commit',
    title: 'Commit',
    detail: `Looks at all services once more, records the result, and removes old rollback points and backups beyond ${stack.runbook.backup?.keep ?? 7}.`,
    commands: [describeCompose(describer(stack), stack.project, ['ps'])],
  }
}

function describer(stack: Stack): ShowCommand {
  return createShow(stack.session.host)
}

function names(changes: readonly ServiceChange[]): string {
  return changes.map(({ service }) => service).join(', ')
}
