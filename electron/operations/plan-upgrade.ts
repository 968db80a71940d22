import type {
  FileEdit,
  LockView,
  Owner,
  Plan,
  ServiceChange,
  UpgradeOptions,
} from '../../shared/contract/operations.ts'
import type { TargetVersion } from '../../shared/contract/versions.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import {
  describeDataOnRollback,
  describeWeakenings,
  findBlockers,
  joinVersions,
  keepsAllData,
  worstRelation,
} from '../../shared/operations/plan-sentences.ts'
import { formatFileDiff } from '../../shared/operations/unified-diff.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { describeTarget } from '../../shared/versions/target-version.ts'
import { relate } from '../../shared/versions/version.ts'
import { scopeSmokeTest } from '../health/smoke-scope.ts'
import type { PinEdit } from '../stacks/edit-pin.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { chooseTargets } from './choose-services.ts'
import { measureData } from './datasets/measure-data.ts'
import { datasetsOf, datasetsTouchedBy } from './datasets/of-stack.ts'
import type { PossibleRestore } from './disk-need.ts'
import { findDockerCli } from './docker-cli.ts'
import { downtimeOfUpgrade } from './downtime.ts'
import { sha256 } from './file-sha.ts'
import { findPinEdits } from './pin-edits.ts'
import { hashRunbook } from './plan-runbook.ts'
import { migrateDraft, migrateOnceDraft, serviceDraft } from './plan-service-steps.ts'
import {
  backupDraft,
  commitDraft,
  complete,
  lockDraft,
  type PlanSubject,
  pinDraft,
  pullDraft,
  rollbackPointDraft,
  smokeTestDraft,
} from './plan-steps.ts'
import { askPreflight } from './preflight.ts'
import { hostQuestions } from './preflight-host.ts'
import { stackQuestions } from './preflight-stack.ts'
import { shareSteps } from './service-steps.ts'
import { isOneShotMigration } from './step-migrate-once.ts'
import { foretellUpModes } from './up-mode.ts'
import { findTargets, judgeTargets } from './upgrade-target.ts'

export interface UpgradeRequest {
  readonly operationId: string
  readonly version: TargetVersion
  readonly options: UpgradeOptions
  readonly owner: Owner
  readonly lock: LockView | null
  readonly signal: AbortSignal
}

/** What an upgrade would do. Changes nothing on the host. */
export async function planUpgrade(stack: Stack, request: UpgradeRequest): Promise<Plan> {
  const { operationId, version, options, signal } = request
  const mask = createStackMasker(stack)
  const chosen = chooseTargets(stack, version, options)
  const services = chosen.map(({ service }) => service)
  const versions = [...new Set(chosen.map((one) => one.version))]
  const cli = await findDockerCli(stack.session, signal)
  const targets = await findTargets(stack, chosen, options, signal)
  const changes = targets.flatMap((target) => (target.kind === 'change' ? [target.change] : []))
  const edits = await findEdits(stack, changes, signal)
  const jump = judgeTargets(stack, targets)
  const data = measureData(stack, cli, signal)
  // Both questions that need it answer for its failure.
  data.catch(() => undefined)
  const subject = { stack, services, options, operationId, signal, targets, data }
  const restores = findRestores(stack, changes, options)
  const written = 'error' in edits ? [] : edits
  const replaces = written.map(({ path }) => path)
  const preflight = await askPreflight(
    [
      ...hostQuestions({ ...subject, ...request, restores, replaces, isReturn: false }),
      ...stackQuestions({ ...subject, versions, jump, edits }),
    ],
    signal,
  )
  const draft: PlanSubject = {
    stack,
    operationId,
    changes,
    edits: written,
    skipBackupReason: options.skipBackup?.reason ?? null,
    skipPull: options.skipPull,
    restoresData: options.skipBackup === null && options.restoreDataOnRollback && datasetsOf(stack).length > 0,
    upModeOf: await foretellUpModes(
      stack,
      changes.map(({ service }) => service),
      signal,
    ),
    mask,
  }
  const { untested } = scopeSmokeTest(stack)
  const policy = stack.runbook.versions
  const steps = complete(upgradeDrafts(draft), mask)
  const backupStep = datasetsOf(stack).length === 0 ? null : steps.findIndex(({ id }) => id === 'backup') + 1
  const dataOnRollback = describeDataOnRollback(changes, policy, options, backupStep)
  return {
    id: operationId,
    kind: 'upgrade',
    stack: stack.ref,
    runbookId: stack.runbook.id,
    runbookSha256: hashRunbook(stack),
    createdAt: new Date(stack.session.host.now()).toISOString(),
    fromVersion: joinVersions(changes.map(({ from }) => from.version)),
    toVersion: describeTarget(version),
    relation: worstRelation(changes.map(({ from, to }) => relate(from.version, to.version))),
    jump,
    changes,
    options,
    weakenings: [
      ...describeWeakenings(options, { allData: keepsAllData(changes, policy) }),
      ...(untested === null ? [] : [untested]),
    ],
    untested,
    preflight: preflight.map((result) => ({ ...result, detail: mask(result.detail) })),
    edits: written.map((edit) => describeEdit(edit, mask)),
    steps,
    downtime: downtimeOfUpgrade(stack, changes, options),
    dataOnRollback,
    dataReturn: null,
    imagesAlone: null,
    rollbackOf: null,
    deletes: null,
    blockers: findBlockers(preflight).map(mask),
  }
}

function upgradeDrafts(subject: PlanSubject) {
  const { migrations } = subject.stack.runbook
  const job = 'argv' in migrations ? migrations : null
  return [
    lockDraft(subject),
    backupDraft(subject),
    rollbackPointDraft(subject),
    pullDraft(subject),
    pinDraft(subject),
    ...(job?.at === 'before-switch' ? [migrateDraft(subject, job)] : []),
    ...shareSteps(subject.stack.runbook, subject.changes).map(([change, ...more]) =>
      isOneShotMigration(migrations, change.service)
        ? migrateOnceDraft(subject, change)
        : serviceDraft(subject, [change, ...more], undoOfReplacing(subject, change)),
    ),
    ...(job?.at === 'after-switch' ? [migrateDraft(subject, job)] : []),
    smokeTestDraft(subject),
    commitDraft(subject),
  ]
}

function undoOfReplacing({ stack, restoresData }: PlanSubject, change: ServiceChange): string {
  if (keepsAllData([change], stack.runbook.versions)) return 'Recreates it with the old image.'
  if (!restoresData) return 'Recreates it with the old image. The data stays as it is then.'
  const isTouched = datasetsTouchedBy(stack, [change.service]).length > 0
  if (!isTouched) return 'Recreates it with the old image.'
  return 'Stops it, restores its data from the backup, and recreates it with the old image.'
}

/** What a rollback of it would restore. */
function findRestores(
  stack: Stack,
  changes: readonly ServiceChange[],
  { skipBackup, restoreDataOnRollback }: UpgradeOptions,
): PossibleRestore[] {
  if (skipBackup !== null || !restoreDataOnRollback) return []
  const torn = changes.filter((change) => !keepsAllData([change], stack.runbook.versions))
  const datasets = datasetsTouchedBy(
    stack,
    torn.map(({ service }) => service),
  )
  return [{ what: 'for a rollback to restore data', datasets: datasets.map(({ id }) => ({ id, leastBytes: 0 })) }]
}

async function findEdits(
  stack: Stack,
  changes: readonly ServiceChange[],
  signal: AbortSignal,
): Promise<readonly PinEdit[] | { readonly error: unknown }> {
  const tags = Object.fromEntries(
    changes.map(({ service, to }) => [service, parseImageReference(to.reference).tag ?? to.version]),
  )
  try {
    return await findPinEdits(stack, tags, signal)
  } catch (error) {
    signal.throwIfAborted()
    return { error }
  }
}

export function describeEdit({ path, before, after }: PinEdit, mask: Masker): FileEdit {
  return {
    path,
    diff: formatFileDiff(path, before, after, mask),
    beforeSha256: sha256(before),
    afterSha256: sha256(after),
  }
}
