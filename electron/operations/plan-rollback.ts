import {
  type LockView,
  type Owner,
  type Plan,
  type RollbackChoice,
  upgradeOptionsSchema,
} from '../../shared/contract/operations.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { describeNoBackup, findBlockers, joinVersions, worstRelation } from '../../shared/operations/plan-sentences.ts'
import { relate } from '../../shared/versions/version.ts'
import { scopeSmokeTest } from '../health/smoke-scope.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { readManifest } from './backup-store.ts'
import { commandsToEdit, commandsToRestoreData, commandsToTag } from './commands.ts'
import { measureData } from './datasets/measure-data.ts'
import { datasetsOf, datasetsTouchedBy } from './datasets/of-stack.ts'
import type { PossibleRestore } from './disk-need.ts'
import { findDockerCli } from './docker-cli.ts'
import { downtimeOfRollback } from './downtime.ts'
import { findUnnamed } from './find-unnamed.ts'
import { layOut, layOutOperation } from './layout.ts'
import { measureReturn } from './measure-return.ts'
import { placeOf, readPlan } from './operation-files.ts'
import { askData, describeData, judgeImagesAlone } from './plan-rollback-data.ts'
import { hashRunbook } from './plan-runbook.ts'
import { serviceDraft } from './plan-service-steps.ts'
import {
  backupDraft,
  commitDraft,
  complete,
  imageCommands,
  lockDraft,
  type PlanSubject,
  rollbackPointDraft,
  smokeTestDraft,
} from './plan-steps.ts'
import { describeEdit } from './plan-upgrade.ts'
import { askPreflight, type Finding, failed, passed, warning } from './preflight.ts'
import { acceptPresentData, askPresentBackup } from './preflight-backup.ts'
import { askSmokeTest } from './preflight-health.ts'
import { hostQuestions } from './preflight-host.ts'
import { readRollbackPoint } from './rollback-point.ts'
import { findMadeSince, findReturnEdits, type ReturnTo, returnChange } from './rollback-target.ts'
import { shareSteps } from './service-steps.ts'
import { foretellUpModes } from './up-mode.ts'

export interface RollbackRequest extends RollbackChoice {
  readonly operationId: string
  /** The operation to be taken back. */
  readonly rollbackOf: string
  readonly owner: Owner
  readonly lock: LockView | null
  readonly signal: AbortSignal
}

/** What a return to an operation's rollback point would do. Changes nothing on the host. */
export async function planRollback(stack: Stack, request: RollbackRequest): Promise<Plan> {
  const { operationId, rollbackOf, restoreData, skipBackup, signal } = request
  const mask = createStackMasker(stack)
  const { origin, ...to } = await findReturn(stack, rollbackOf, signal)
  const changes = to.point.services
    .map((kept) => ({ kept, change: returnChange(stack, kept) }))
    .filter(({ kept, change }) => restoreData || needsChange(stack, kept, change.from.reference))
    .map(({ change }) => change)
  const { edits, touched, unkept } = await findReturnEdits(stack, to, signal)
  const cli = await findDockerCli(stack.session, signal)
  const data = measureData(stack, cli, signal)
  data.catch(() => undefined)
  const options = upgradeOptionsSchema.parse({
    restoreDataOnRollback: true,
    skipBackup,
    acceptBackupAlarm: acceptPresentData(restoreData),
  })
  const services = changes.map(({ service }) => service)
  const subject = { stack, services, options, operationId, signal, targets: [], data }
  const restores = restoreData ? await findRestores(stack, rollbackOf, services, { skipBackup, signal }) : []
  const { untested } = scopeSmokeTest(stack)
  const policy = stack.runbook.versions
  const imagesAlone = judgeImagesAlone(changes, policy)
  const dataReturn = await measureReturn({ host: stack.session.host, cli, stack, signal }, rollbackOf, services)
  const unnamed = await findUnnamed(stack, rollbackOf, signal)
  const preflight = await askPreflight(
    [
      ...hostQuestions({ ...subject, ...request, restores, replaces: edits.map(({ path }) => path), isReturn: true }),
      {
        id: 'target',
        title: 'Rollback point',
        ask: () => askPoint(to, services, findMadeSince(stack, origin, to.point)),
      },
      { id: 'pin', title: 'Files', ask: () => askFiles(to, touched, unkept) },
      { id: 'data', title: 'Data', ask: () => askData(dataReturn, { rollbackOf, restoreData, imagesAlone, unnamed }) },
      { id: 'backup', title: 'Backup of the present data', ask: () => askPresentBackup({ stack, options, data }) },
      ...askSmokeTest(stack),
    ],
    signal,
  )
  const draft: PlanSubject = {
    stack,
    operationId,
    changes,
    edits,
    skipBackupReason: skipBackup?.reason ?? null,
    skipPull: true,
    restoresData: skipBackup === null && datasetsOf(stack).length > 0,
    isReturn: true,
    upModeOf: await foretellUpModes(stack, services, signal),
    mask,
  }
  return {
    id: operationId,
    kind: 'rollback',
    stack: stack.ref,
    runbookId: stack.runbook.id,
    runbookSha256: hashRunbook(stack),
    createdAt: new Date(stack.session.host.now()).toISOString(),
    fromVersion: joinVersions(changes.map(({ from }) => from.version)),
    toVersion: to.point.version,
    relation: worstRelation(changes.map((change) => relate(change.from.version, change.to.version))),
    jump: null,
    changes,
    options,
    weakenings: [
      ...(skipBackup === null ? [] : [describeNoBackup(skipBackup)]),
      ...(untested === null ? [] : [untested]),
    ],
    untested,
    preflight: preflight.map((result) => ({ ...result, detail: mask(result.detail) })),
    edits: edits.map((edit) => describeEdit(edit, mask)),
    steps: complete(drafts(draft, to, restoreData), mask),
    downtime: downtimeOfRollback(stack, changes, request),
    dataOnRollback: describeData({ restoreData, skipBackup }, dataReturn, imagesAlone),
    dataReturn,
    imagesAlone,
    rollbackOf,
    deletes: null,
    blockers: findBlockers(preflight).map(mask),
  }
}

async function findReturn(stack: Stack, rollbackOf: string, signal: AbortSignal) {
  const { host } = stack.session
  const files = layOutOperation(stack.slipwayDirectory, rollbackOf)
  const origin = await readPlan(placeOf(stack), rollbackOf, signal)
  const point = await readRollbackPoint(host, files, signal)
  if (point === null) {
    throw new SlipwayError('operation.not-found', `The rollback point of ${rollbackOf} on ${host.label} is gone.`, {
      state: 'Nothing was changed.',
      hint: 'Only the last three are kept. Upgrade to the version you want instead.',
    })
  }
  const written = Object.fromEntries(origin.edits.map(({ path, afterSha256 }) => [path, afterSha256]))
  return { point, files, written, origin }
}

/** What it restores, and what its own rollback would. */
async function findRestores(
  stack: Stack,
  backupId: string,
  services: readonly string[],
  { skipBackup, signal }: Pick<RollbackRequest, 'skipBackup' | 'signal'>,
): Promise<PossibleRestore[]> {
  const manifest = await readManifest(stack.session.host, layOut(stack.slipwayDirectory), backupId, signal)
  const sizes = new Map(manifest?.datasets.map(({ dataset, sizeBytes }) => [dataset, sizeBytes]))
  const ids = datasetsTouchedBy(stack, services).map(({ id }) => id)
  return [
    { what: 'for the data to be restored', datasets: ids.map((id) => ({ id, leastBytes: sizes.get(id) ?? 0 })) },
    ...(skipBackup === null
      ? [{ what: 'to restore the present data if it fails', datasets: ids.map((id) => ({ id, leastBytes: 0 })) }]
      : []),
  ]
}

function needsChange(stack: Stack, kept: ReturnTo['point']['services'][number], reference: string): boolean {
  const containers = stack.containers[kept.service] ?? []
  return reference !== kept.reference || containers.some(({ imageId }) => imageId !== kept.imageId)
}

function drafts(subject: PlanSubject, to: ReturnTo, restoreData: boolean) {
  const { stack, edits, changes } = subject
  const isChanged = ({ service }: { service: string }) => changes.some((change) => change.service === service)
  const datasets = datasetsTouchedBy(
    stack,
    changes.map(({ service }) => service),
  )
  return [
    lockDraft(subject),
    backupDraft(subject),
    rollbackPointDraft(subject),
    {
      id: 'pull',
      kind: 'pull' as const,
      title: 'Old images',
      detail: 'Makes sure that the old images are on the host, before anything stops.',
      commands: imageCommands(
        stack,
        to.point.services.filter(isChanged).map(({ imageId }) => imageId),
      ),
    },
    {
      id: 'restore-files',
      kind: 'restore-files' as const,
      title: 'Restore files',
      detail:
        edits.length === 0 ? 'The files say so already.' : `Puts ${edits.map(({ path }) => path).join(', ')} back.`,
      undo: 'Puts the files back as they are now.',
      commands: [...commandsToTag(stack, to.point), ...commandsToEdit(stack, edits)],
    },
    ...(restoreData
      ? [
          {
            id: 'restore-data',
            kind: 'restore-data' as const,
            title: 'Restore data',
            detail: `Stops the services, and puts the backup made before ${to.point.operationId} in the place of ${datasets.map(({ id }) => id).join(', ')}. What was written since is kept beside it, but no longer used.`,
            undo: subject.restoresData
              ? 'Restores the data from the backup made in step 2.'
              : 'Nothing: the data stays as it was restored, and what it replaced is kept beside it.',
            commands: commandsToRestoreData(
              stack,
              to.point.operationId,
              changes.map(({ service }) => service),
            ),
          },
        ]
      : []),
    ...shareSteps(stack.runbook, changes).map((group) =>
      serviceDraft(subject, group, 'Recreates it with the image that runs now.'),
    ),
    smokeTestDraft(subject),
    commitDraft(subject),
  ]
}

function askPoint({ point }: ReturnTo, services: readonly string[], madeSince: readonly string[]): Finding {
  if (services.length === 0) return failed('Every service runs what it ran before already.', 'There is nothing to do.')
  const images = point.services.map(({ service, reference }) => `${service} ${reference}`).join(', ')
  const made = `Made at ${point.createdAt}: ${images}.`
  if (madeSince.length === 0) return passed(made)
  const said = `${made} There was no container of ${madeSince.join(', ')} then: what runs of it now stays as it is.`
  return warning(said, 'Stop it before the rollback, if it does not fit the old version.')
}

function askFiles({ point }: ReturnTo, touched: readonly string[], unkept: readonly string[]): Finding {
  const unapplied = point.services.filter(({ pinned }) => pinned !== undefined)
  if (touched.length + unkept.length + unapplied.length === 0) return passed('They come back byte for byte.')
  const reasons = [
    ...touched.map((path) => `${path} was edited since: the edit is kept, only the version goes back.`),
    ...unapplied.map(
      ({ service, reference, pinned }) =>
        `They said ${pinned} of ${service}, which had not been applied: they will say ${reference}, as it ran.`,
    ),
    ...unkept.map((path) => `The rollback point has no copy of ${path}: only the version goes back.`),
  ]
  return warning(reasons.join(' '))
}
