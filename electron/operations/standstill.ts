import { z } from 'zod'
import type { JournalEntry } from '../../shared/contract/operations.ts'
import { isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { Container } from '../docker/engine.ts'
import type { Stack } from '../stacks/stack.ts'
import { splitByModel } from './datasets/of-stack.ts'
import type { OperationContext } from './operation-context.ts'
import { isConnectionError } from './reconnect.ts'

/** Containers that stand still for a while, and run again afterwards. */
const containersSchema = z.array(z.object({ service: z.string(), id: z.string() }))
const standstillSchema = z.object({
  /** The kind of step that has to end it. */
  during: z.enum(['backup', 'restore-data']),
  stopped: containersSchema,
  paused: containersSchema,
})
type Standstill = z.infer<typeof standstillSchema>

const noteSchema = z.looseObject({ standstill: standstillSchema.nullable() })

/** A stop that has to be forced takes ten seconds each; a server that flushes its data first takes longer. */
const TIMEOUT_MS = 5 * 60_000

/** What stands still, as the journal tells it, so that whoever comes after a killed app lets it run again. */
export function openStandstill(entries: readonly JournalEntry[]): Standstill | null {
  const notes = entries.flatMap(({ data }) => noteSchema.safeParse(data).data ?? [])
  return notes.at(-1)?.standstill ?? null
}

/** Those of some services that run. What a person has stopped or paused is left to that person. */
function runningContainers(
  stack: Stack,
  services: readonly string[],
  states: readonly Container['state'][] = ['running', 'restarting'],
): Standstill['stopped'] {
  return services.flatMap((service) =>
    (stack.containers[service] ?? []).filter(({ state }) => states.includes(state)).map(({ id }) => ({ service, id })),
  )
}

/** Written before anything stands still. */
async function noteStandstill({ journal }: OperationContext, standstill: Standstill): Promise<void> {
  const message = `Until this is done: ${describeStandstill(standstill)}.`
  const entry = { type: 'note', message, data: { standstill } } as const
  // A restore goes on also when the journal cannot be written, as every step of a rollback does.
  if (standstill.during === 'backup') await journal.append(entry)
  else await journal.appendIfPossible(entry)
}

/** Stops and pauses the services that a runbook names for the time of a backup. Returns their names. */
export async function beginStandstill(
  context: OperationContext,
  stack: Stack,
  { stop, pause }: { readonly stop: readonly string[]; readonly pause: readonly string[] },
  signal: AbortSignal,
): Promise<string[]> {
  const stopped = runningContainers(stack, stop)
  const paused = runningContainers(stack, pause, ['running'])
  if (stopped.length + paused.length === 0) return []
  await noteStandstill(context, { during: 'backup', stopped, paused })
  // Stopped first: what stops may need an answer from what is paused.
  if (stopped.length > 0) await context.cli.run(['stop', ...idsOf(stopped)], { signal, timeoutMs: TIMEOUT_MS })
  if (paused.length > 0) await context.cli.run(['pause', ...idsOf(paused)], { signal, timeoutMs: TIMEOUT_MS })
  return [...new Set([...stopped, ...paused].map(({ service }) => service))]
}

/** Ends a standstill in which something failed. What goes wrong now is noted: it must not hide the first error, which is returned. */
export async function endAfterFailure(context: OperationContext, error: unknown): Promise<unknown> {
  await endStandstill(context).catch(async (second: unknown) => {
    const { message, hint = '' } = toErrorShape(second)
    await context.journal.appendIfPossible({ type: 'note', message: `${message} ${hint}`.trim() })
  })
  return error
}

/**
 * Does something while services are stopped, and lets `others` among them run again, whatever comes of it. Those that an
 * earlier try has stopped, and could not start again, are started too. Where the work is done and one of them does not
 * run again, that is returned: it takes nothing back of what was done.
 */
export async function whileStopped(
  context: OperationContext,
  stack: Stack,
  {
    users,
    others,
    signal,
  }: { readonly users: readonly string[]; readonly others: readonly string[]; readonly signal: AbortSignal },
  work: () => Promise<void>,
): Promise<SlipwayError | null> {
  const earlier = openStandstill(context.journal.entries)?.stopped ?? []
  const known = new Set(earlier.map(({ id }) => id))
  const now = runningContainers(stack, others).filter(({ id }) => !known.has(id))
  const stopped = [...earlier, ...now]
  if (stopped.length > 0) await noteStandstill(context, { during: 'restore-data', stopped, paused: [] })
  try {
    await stopServices(context, stack, users, signal)
    await work()
  } catch (error) {
    throw await endAfterFailure(context, error)
  }
  try {
    await endStandstill(context)
    return null
  } catch (error) {
    // When the connection is back, the step is run again.
    if (!isSlipwayError(error) || isConnectionError(error)) throw error
    return error
  }
}

async function stopServices(
  { session, cli }: OperationContext,
  stack: Stack,
  services: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const options = { signal, timeoutMs: TIMEOUT_MS }
  const { known, orphaned } = splitByModel(stack, services)
  // Without any name, Compose would stop everything.
  if (known.length > 0) await session.compose.stop(stack.project, known, options)
  const orphans = orphaned.flatMap((name) => (stack.containers[name] ?? []).map(({ id }) => id))
  if (orphans.length > 0) await cli.run(['stop', ...orphans], options)
}

/**
 * Lets everything run again that stands still; nothing where nothing does. With a deadline of its own: it has to be done
 * also when the work was cancelled.
 */
export async function endStandstill(context: OperationContext): Promise<void> {
  const open = openStandstill(context.journal.entries)
  if (open === null) return
  const run = (argv: readonly string[]) => context.cli.run(argv, { timeoutMs: TIMEOUT_MS, okCodes: 'any' })
  const all = [...open.stopped, ...open.paused]
  // What is not paused, or runs already, says so, which is all right; what does not run at the end is not.
  if (open.paused.length > 0) await run(['unpause', ...idsOf(open.paused)])
  if (open.stopped.length > 0) await run(['start', ...idsOf(open.stopped)])
  const { stdout } = await run(['inspect', '--format', '{{.Id}} {{.State.Status}}', ...idsOf(all)])
  const up = new Set(
    stdout.split('\n').flatMap((line) => (/ (running|restarting)$/.test(line) ? [line.slice(0, 64)] : [])),
  )
  const down = all.filter(({ id }) => !up.has(id))
  if (down.length > 0) throw doesNotRun(context, open, down)
  const message = `Run again: ${all.map(({ service }) => service).join(', ')}.`
  await context.journal.appendIfPossible({ type: 'note', message, data: { standstill: null } })
}

function idsOf(containers: Standstill['stopped']): string[] {
  return containers.map(({ id }) => id)
}

function describeStandstill({ stopped, paused }: Standstill): string {
  const names = (containers: Standstill['stopped']) => containers.map(({ service }) => service).join(', ')
  const parts = [
    ...(stopped.length > 0 ? [`${names(stopped)} stopped`] : []),
    ...(paused.length > 0 ? [`${names(paused)} paused`] : []),
  ]
  return parts.join(', ')
}

/** What a standstill that cannot be ended says of the data for which it began. */
const STATES: Record<Standstill['during'], string> = {
  backup: 'The data was not touched.',
  'restore-data': 'The journal tells of each data set whether it was replaced.',
}

function doesNotRun({ host }: OperationContext, { during }: Standstill, down: Standstill['stopped']): SlipwayError {
  const names = [...new Set(down.map(({ service }) => service))].join(', ')
  return new SlipwayError('docker.request-failed', `${names} on ${host.label} stood still, and does not run again.`, {
    state: STATES[during],
    // By their ids: some may be of services that the compose file does not have any more.
    hint: `Look at the log, then start it by hand: docker start ${down.map(({ id }) => id.slice(0, 12)).join(' ')}`,
  })
}
