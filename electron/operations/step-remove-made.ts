import { SlipwayError } from '../../shared/errors.ts'
import type { RollbackPoint } from '../../shared/operations/rollback-point.ts'
import type { Container } from '../docker/engine.ts'
import { LABELS } from '../stacks/discovery.ts'
import type { Stack } from '../stacks/stack.ts'
import { keepLogs } from './keep-log.ts'
import type { OperationContext } from './operation-context.ts'
import type { StepEnd, StepReport } from './step.ts'
import { requireImage } from './step-pull.ts'

type RemoveContext = Pick<OperationContext, 'plan' | 'host' | 'ports' | 'session' | 'cli'>

/**
 * Removes the containers that an operation has made of services which had none to return to, so that the new version does
 * not go on under the old files. Their volumes stay. Returns their names. Throws `docker.request-failed` where one is
 * there that is neither of the operation's image nor as the files say: somebody else has to say what becomes of it.
 */
export async function removeMade(
  context: RemoveContext,
  point: Pick<RollbackPoint, 'containerIds'>,
  services: readonly string[],
  report: StepReport,
): Promise<string[]> {
  if (services.length === 0) return []
  const { plan, ports, cli } = context
  const { signal } = report
  const stack = await ports.readStack(plan.stack, signal)
  const removed: string[] = []
  for (const service of services) {
    const made = await findMade(context, stack, point, service, signal)
    if (made.length === 0) continue
    await keepLogs(context, made, `${service} before it was removed`, report)
    await cli.run(['rm', '--force', ...made.map(({ id }) => id)], { signal })
    removed.push(...made.map(({ name }) => name))
    ports.onChanged?.(plan.stack)
  }
  return removed
}

async function findMade(
  { plan, host, session }: RemoveContext,
  { containers, configHashes }: Pick<Stack, 'containers' | 'configHashes'>,
  point: Pick<RollbackPoint, 'containerIds'>,
  service: string,
  signal: AbortSignal,
): Promise<readonly Container[]> {
  const since = (containers[service] ?? []).filter(({ id }) => !point.containerIds.includes(id))
  const change = plan.changes.find((candidate) => candidate.service === service)
  if (since.length === 0 || change === undefined) return []
  const image = await requireImage(session.engine, change.to, signal)
  const made = since.filter(({ imageId }) => imageId === image.id)
  // Another service that needs it may have brought it up again, from the old files.
  const isAsWritten = ({ labels }: Container) => labels[LABELS.configHash] === configHashes[service]
  const strange = since.filter((container) => !made.includes(container) && !isAsWritten(container))
  if (strange.length === 0) return made
  const names = strange.map(({ name, imageReference }) => `${name} (${imageReference})`).join(', ')
  const message = `${service} on ${host.label} had no container before, and has ${names}, which this ${plan.kind} did not make.`
  throw new SlipwayError('docker.request-failed', message, {
    state: 'It was left as it is.',
    hint: 'Look what it does, and remove it if it is not wanted.',
  })
}

export function describeRemoved(services: readonly string[], removed: readonly string[]): StepEnd {
  const message = `${services.join(', ')} had no container before.`
  if (removed.length === 0) return { kind: 'skipped', message }
  return { kind: 'done', message: `${message} Removed: ${removed.join(', ')}.` }
}
