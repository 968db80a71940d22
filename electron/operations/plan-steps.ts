import type { PlanStep, ServiceChange } from '../../shared/contract/operations.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import { describeStandstill } from '../../shared/operations/plan-sentences.ts'
import { keepTag } from '../../shared/operations/rollback-point.ts'
import { scopeSmokeTest } from '../health/smoke-scope.ts'
import type { PinEdit } from '../stacks/edit-pin.ts'
import { describeLeftOut } from '../stacks/left-out.ts'
import type { Stack } from '../stacks/stack.ts'
import { commandsToEdit, containerNames, describeCompose } from './commands.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsLeftOut, datasetsOf, explainNoData, standstillOf } from './datasets/of-stack.ts'
import { layOut, layOutOperation } from './layout.ts'
import { smokeCommands } from './question-commands.ts'
import { KEPT_REPLACED } from './replaced-data.ts'
import { createShow, type ShowCommand } from './show-command.ts'
import { digestReference } from './step-pull.ts'
import type { UpModeOf } from './up-mode.ts'

/** What the steps of a plan are written from. */
export interface PlanSubject {
  readonly stack: Stack
  readonly operationId: string
  readonly changes: readonly ServiceChange[]
  readonly edits: readonly PinEdit[]
  readonly skipBackupReason: string | null
  readonly skipPull: boolean
  /** A failure puts the backup back, where a version may not run on the data of the other. */
  readonly restoresData: boolean
  readonly upModeOf: UpModeOf
  /** The services go back to what ran before: nothing migrates. */
  readonly isReturn?: boolean
  readonly mask: Masker
}

export type Draft = Omit<PlanStep, 'service' | 'undo' | 'commands'> & Partial<PlanStep>

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
    commands: [
      show(['mkdir', '--parents', root]),
      show(['mkdir', lock]),
      '# Slipway keeps it alive: one that is made by hand is taken for a dead one after half a minute.',
    ],
  }
}

export function backupDraft(subject: PlanSubject): Draft {
  const { stack, skipBackupReason, operationId } = subject
  const base = { id: 'backup', kind: 'backup', title: 'Back up' } as const
  if (skipBackupReason !== null) return { ...base, title: 'Back up (skipped)', detail: `Skipped: ${skipBackupReason}` }
  const none = explainNoData(stack)
  if (none !== null) return { ...base, title: 'Back up (no data)', detail: none }
  const datasets = datasetsOf(stack)
  const leftOut = datasetsLeftOut(stack)
  const without = leftOut.length === 0 ? '' : ` Left out: ${describeLeftOut(leftOut)}`
  const directory = `${stack.slipwayDirectory}/backups/${operationId}`
  const still = standstillOf(stack)
  const meanwhile = describeStandstill(still) ?? 'the stack runs'
  const show = describer(stack)
  const docker = (verb: string, services: readonly string[]) =>
    services.length === 0 ? [] : [show(['docker', verb, ...containerNames(stack, services)])]
  return {
    ...base,
    detail: `Copies ${datasets.map(({ id }) => id).join(', ')} while ${meanwhile}, and checks each copy: that it can be read, what it holds, its checksum. Keeps the compose and environment files with them.${without}`,
    commands: [
      show(['mkdir', '--parents', `${directory}/files`]),
      ...[...stack.project.files, ...stack.project.envFiles].map((path) =>
        show(['cp', '--preserve=mode', path, `${directory}/files/`]),
      ),
      ...docker('stop', still.stop),
      ...docker('pause', still.pause),
      ...datasets.flatMap((dataset) => kindOf(dataset).backUpCommands(stack, dataset, directory)),
      ...docker('unpause', still.pause),
      ...docker('start', still.stop),
      '# Slipway keeps every environment file with them, and a manifest: without one it restores nothing from there.',
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
      ? imageCommands(
          stack,
          changes.map(({ to }) => to.reference),
        )
      : changes.map(({ to }) => show(['docker', 'pull', digestReference(to)])),
  }
}

/** Asks whether images are on the host. */
export function imageCommands(stack: Stack, references: readonly string[]): string[] {
  return references.map((reference) =>
    describer(stack)(['docker', 'image', 'inspect', '--format', '{{.Id}}', reference]),
  )
}

export function pinDraft({ stack, changes, edits, skipPull }: PlanSubject): Draft {
  const show = describer(stack)
  const paths = edits.map(({ path }) => path).join(', ')
  const written = edits.length === 0 ? 'The files say so already.' : `Writes the version into ${paths}.`
  return {
    id: 'pin',
    kind: 'pin',
    title: 'Pin',
    detail: skipPull ? written : `${written} Gives each new image its tag on the host.`,
    undo: 'Puts the files back, byte for byte, and each tag of the old version to its image.',
    commands: [
      ...(skipPull ? [] : changes.map(({ to }) => show(['docker', 'tag', digestReference(to), to.reference]))),
      ...commandsToEdit(stack, edits),
    ],
  }
}

export function smokeTestDraft({ stack, changes }: PlanSubject): Draft {
  const { smokeTest } = stack.runbook
  const { leftOut } = scopeSmokeTest(stack)
  const without = leftOut === null ? '' : ` ${leftOut}`
  return {
    id: 'smoke-test',
    kind: 'smoke-test',
    title: smokeTest === undefined ? 'Smoke test (none)' : 'Smoke test',
    detail:
      smokeTest === undefined
        ? `${leftOut === null ? 'The runbook has none' : 'No step of it is for this stack'}: green health is all that is known.${without}`
        : `Asks the product what its clients ask: ${smokeTest.steps.map(({ title }) => title).join('; ')}.${without}`,
    undo: smokeTest?.writes === true ? 'Its cleanup removes what it has written.' : null,
    commands: smokeCommands(
      stack,
      changes.map(({ service, to }) => [service, to.version]),
    ),
  }
}

export function commitDraft({ stack, changes }: PlanSubject): Draft {
  return {
    id: 'commit',
    kind: 'commit',
    title: 'Commit',
    detail: `Looks once more at ${names(changes)} and what they depend on: that nothing was restarted or replaced since, and that the probes hold. Then records the result, and removes old rollback points, and backups beyond ${stack.runbook.backup?.keep ?? 7} that no rollback point needs, and the data that all but the last ${KEPT_REPLACED} restores have put aside. After a rollback such backups and such data are removed too.`,
    commands: [describeCompose(describer(stack), stack.project, ['ps'])],
  }
}

export function describer(stack: Stack): ShowCommand {
  return createShow(stack.session)
}

function names(changes: readonly ServiceChange[]): string {
  return changes.map(({ service }) => service).join(', ')
}
