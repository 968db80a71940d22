import { posix } from 'node:path'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { keepTag, type RollbackPoint, rollbackPointSchema } from '../../shared/operations/rollback-point.ts'
import type { Host } from '../hosts/host.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { sha256 } from './file-sha.ts'
import { DIRECTORY_MODE, FILE_MODE, type OperationLayout } from './layout.ts'
import { listStackFiles } from './list-stack-files.ts'
import type { OperationContext } from './operation-context.ts'

type PointContext = Pick<OperationContext, 'host' | 'files' | 'plan' | 'session'>

/**
 * Keeps what a rollback needs: files byte for byte, and each image under a tag of its own, so that neither a prune
 * nor a moved tag takes it away. `point.json` is written last: without it there is no rollback point. Refuses with
 * `operation.blocked` when a file that the plan edits is not among those that are kept.
 */
export async function writeRollbackPoint(
  context: PointContext,
  stack: Stack,
  services: readonly string[],
  schemaVersions: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RollbackPoint> {
  const { host, files, plan, session } = context
  // One by one: only the last of several gets the mode.
  for (const directory of [files.rollbackPoint, files.pointFiles]) {
    await host.files.makeDirectories(directory, { mode: DIRECTORY_MODE, signal })
  }
  const edited = new Set(plan.edits.map(({ path }) => path))
  const kept: RollbackPoint['files'] = []
  const paths = await listStackFiles(stack, signal)
  const missing = [...edited].filter((path) => !paths.includes(path))
  if (missing.length > 0) throw cannotKeep(context, missing)
  for (const [index, path] of paths.entries()) {
    const copy = `${index}-${posix.basename(path)}`
    await host.files.copy(path, `${files.pointFiles}/${copy}`, { signal })
    const content = await host.files.read(`${files.pointFiles}/${copy}`, { signal })
    kept.push({ path, copy, sha256: sha256(content), edited: edited.has(path) })
  }
  const keptServices: RollbackPoint['services'] = []
  for (const service of services) {
    const container = stack.containers[service]?.[0]
    if (container === undefined) continue
    const pinned = stack.pins[service]?.reference ?? container.imageReference
    const isApplied = pinned === container.imageReference
    // A job that ran before the files were edited is over: nothing of it has to come back.
    if (!isApplied && serviceKind(stack.runbook, service) !== 'service') continue
    const tag = keepTag(stack.ref.project, service, plan.id)
    await session.engine.tagImage(container.imageId, tag, { signal })
    keptServices.push({
      service,
      reference: container.imageReference,
      ...(isApplied ? {} : { pinned }),
      version: plan.changes.find((change) => change.service === service)?.from.version ?? null,
      imageId: container.imageId,
      digest: container.digest,
      keepTag: tag,
      containerId: container.id,
    })
  }
  const point: RollbackPoint = {
    format: 1,
    operationId: plan.id,
    createdAt: new Date(host.now()).toISOString(),
    version: plan.fromVersion,
    files: kept,
    services: keptServices,
    containerIds: services.flatMap((service) => (stack.containers[service] ?? []).map(({ id }) => id)),
    schemaVersions: { ...schemaVersions },
  }
  await host.files.writeAtomic(files.pointFile, `${JSON.stringify(point, null, 2)}\n`, { mode: FILE_MODE, signal })
  return point
}

function cannotKeep({ host, plan }: PointContext, paths: readonly string[]): SlipwayError {
  const message = `No copy of ${paths.join(', ')} on ${host.label} can be kept, so the ${plan.kind} could not be taken back.`
  return new SlipwayError('operation.blocked', message, {
    state: 'Nothing was changed.',
    hint: `Look whether ${paths.length === 1 ? 'the file is' : 'the files are'} still there, then plan again.`,
  })
}

/** Null when the operation has none (any more). */
export async function readRollbackPoint(
  host: Host,
  files: OperationLayout,
  signal?: AbortSignal,
): Promise<RollbackPoint | null> {
  try {
    const text = (await host.files.read(files.pointFile, signal === undefined ? {} : { signal })).toString('utf8')
    return rollbackPointSchema.parse(JSON.parse(text))
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'host.file-missing') return null
    if (isSlipwayError(error)) throw error
    throw new SlipwayError('operation.journal-damaged', `The rollback point ${files.pointFile} cannot be read.`, {
      hint: 'Look at the file: it names the images and the copies of the files.',
      cause: error,
    })
  }
}

/** A kept file, proven to be the one that was put there. */
export async function readKeptFile(
  host: Host,
  files: OperationLayout,
  kept: RollbackPoint['files'][number],
  signal?: AbortSignal,
): Promise<Buffer> {
  const path = `${files.pointFiles}/${kept.copy}`
  const content = await host.files.read(path, signal === undefined ? {} : { signal })
  if (sha256(content) === kept.sha256) return content
  throw new SlipwayError('backup.corrupt', `${path}, the copy of ${kept.path}, is not what was kept.`, {
    state: `${kept.path} was not touched.`,
    hint: 'Write the version back by hand.',
  })
}

/** Removes a rollback point with its image tags, also a half-made one. */
export async function discardRollbackPoint({ plan, session, host, files }: OperationContext): Promise<void> {
  for (const { service } of plan.changes) {
    await session.engine.removeImage(keepTag(plan.stack.project, service, plan.id))
  }
  await host.files.removeTree(files.rollbackPoint)
}
