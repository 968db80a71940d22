import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import {
  type BackupManifest,
  type DatasetBackup,
  factsOf,
  type KeptCopy,
  type RanImage,
} from '../../shared/operations/backup-manifest.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { serviceVersion, stackVersion } from '../stacks/stack-version.ts'
import { listBackups } from './backup-store.ts'
import { datasetsOf, standstillOf } from './datasets/of-stack.ts'
import { takeDataset } from './datasets/take-dataset.ts'
import { removeLeftovers } from './datasets/throwaway-container.ts'
import { keepStackFiles } from './keep-stack-files.ts'
import { DIRECTORY_MODE, FILE_MODE } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { placeOfPlan } from './operation-files.ts'
import { beginStandstill, endAfterFailure, endStandstill } from './standstill.ts'
import type { StepReport } from './step.ts'

/**
 * Backs up every data set of a stack, each proven, with the files and pins that belong to them, and writes the manifest
 * last. An incomplete set of an earlier try is removed first. Throws the first failure: a set that lacks one data set is
 * no backup.
 */
export async function makeBackupSet(context: OperationContext, stack: Stack, report: Report): Promise<BackupManifest> {
  const { host, layout, plan, cli } = context
  const { signal } = report
  const directory = `${layout.backups}/${plan.id}`
  await removeLeftovers(cli, plan.id)
  await endStandstill(context)
  const previous = findPrevious(await listBackups(placeOfPlan(context), signal), plan.id)
  await host.files.removeTree(directory, { signal })
  await host.files.makeDirectories(directory, { mode: DIRECTORY_MODE, signal })
  try {
    const taken = await takeAll(context, stack, { directory, previous }, report)
    const files = await keepStackFiles(stack, `${directory}/files`, signal)
    const manifest = describeSet(context, stack, taken, files)
    const text = `${JSON.stringify(manifest, null, 2)}\n`
    await host.files.writeAtomic(`${directory}/manifest.json`, text, { mode: FILE_MODE, signal })
    return manifest
  } catch (error) {
    // Half a backup must never be taken for one, nor fill the disk.
    await host.files.removeTree(directory).catch(() => undefined)
    throw error
  }
}

/** What a set is held against. One of a rollback was taken whatever it held: it tells nothing of what there ought to be. */
export function findPrevious(backups: readonly BackupManifest[], ownId: string): BackupManifest | undefined {
  return backups.findLast(({ id, madeBy }) => id !== ownId && madeBy !== 'rollback')
}

/**
 * Removes what an operation's backup has written before its app was killed, and returns whether there was any. Never a
 * set with a manifest: that one is complete.
 */
export async function removeUnfinishedSet({
  host,
  layout,
  plan,
  cli,
}: Pick<OperationContext, 'host' | 'layout' | 'plan' | 'cli'>): Promise<boolean> {
  const directory = `${layout.backups}/${plan.id}`
  if ((await host.files.stat(directory)) === null) return false
  if ((await host.files.stat(`${directory}/manifest.json`)) !== null) return false
  // One that still writes would go on.
  await removeLeftovers(cli, plan.id)
  await host.files.removeTree(directory)
  return true
}

type Report = Pick<StepReport, 'signal' | 'say'>

function describeSet(
  { plan, owner }: OperationContext,
  stack: Stack,
  taken: Taken,
  files: readonly KeptCopy[],
): BackupManifest {
  const needed = stack.runbook.backup?.secrets ?? []
  return {
    format: 1,
    id: plan.id,
    operationId: plan.id,
    madeBy: plan.kind,
    owner,
    project: stack.ref.project,
    createdAt: taken.createdAt,
    fromVersion: stackVersion(stack) ?? plan.fromVersion,
    toVersion: plan.toVersion,
    datasets: [...taken.datasets],
    files: [...files],
    pins: Object.keys(stack.pins).flatMap((service) => describeImage(stack, service)),
    secrets: stack.runbook.secrets
      .filter(({ id }) => needed.includes(id))
      .map(({ id, title = null, service, variable }) => ({ id, title, service, variable })),
    stoodStill: [...taken.stoodStill],
  }
}

function describeImage(stack: Stack, service: string): RanImage[] {
  const container = stack.containers[service]?.[0]
  if (container === undefined) return []
  const { imageId, imageReference, digest } = container
  const reference = stack.pins[service]?.reference ?? imageReference
  return [{ service, reference, version: serviceVersion(stack, service), imageId, digest }]
}

interface Taken {
  readonly datasets: readonly DatasetBackup[]
  readonly stoodStill: readonly string[]
  readonly createdAt: string
}

/** All data sets of one moment, as far as the runbook asks for that: its services stand still meanwhile. */
async function takeAll(
  context: OperationContext,
  stack: Stack,
  set: { readonly directory: string; readonly previous: BackupManifest | undefined },
  { signal, say }: Report,
): Promise<Taken> {
  const { host, cli, plan } = context
  const { directory, previous } = set
  const alarmAccepted = plan.options.acceptBackupAlarm?.reason ?? null
  const owner = await readOwner(host, directory, signal)
  const datasets: DatasetBackup[] = []
  let moment: Pick<Taken, 'stoodStill' | 'createdAt'>
  try {
    const stoodStill = await beginStandstill(context, stack, standstillOf(stack), signal)
    moment = { stoodStill, createdAt: new Date(host.now()).toISOString() }
    for (const dataset of datasetsOf(stack)) {
      const job = { host, cli, stack, dataset, operationId: plan.id, signal }
      const before = previous?.datasets.find((known) => known.dataset === dataset.id) ?? null
      const backup = await takeDataset(job, { directory, owner, previous: before, alarmAccepted })
      datasets.push(backup)
      await say(describeBackup(backup))
    }
  } catch (error) {
    throw await endAfterFailure(context, error)
  }
  await endStandstill(context)
  return { datasets, ...moment }
}

function describeBackup(backup: DatasetBackup): string {
  const { counts, totals, nouns } = factsOf(backup)
  const held = Object.entries(totals).map(([what, count]) =>
    what === 'bytes' ? formatBytes(count) : `${count} ${what}`,
  )
  const groups = Object.keys(counts).length
  const parts = groups === 0 ? held : [`${groups} ${nouns.group}s`, ...held]
  const facts = [...parts, `${formatBytes(backup.sizeBytes)} on disk`].join(', ')
  return [`${backup.dataset}: ${facts}, read back.`, ...backup.warnings.map((text) => `Warning: ${text}`)].join(' ')
}

async function readOwner(host: Host, directory: string, signal: AbortSignal): Promise<string> {
  const stat = await host.files.stat(directory, { signal })
  if (stat !== null) return `${stat.uid}:${stat.gid}`
  throw new SlipwayError('host.file-missing', `${directory} on ${host.label} has just vanished.`, {
    state: 'Nothing was changed.',
    hint: 'Look who else works in the project directory.',
  })
}
