import type { ServiceChange } from '../../shared/contract/operations.ts'
import { fromErrorShape, SlipwayError } from '../../shared/errors.ts'
import type { Container } from '../docker/engine.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { formatContainerState } from './attachments.ts'
import { keepLogs } from './keep-log.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { GateOutcome, GateRequest } from './ports.ts'
import { readRollbackPoint } from './rollback-point.ts'
import type { SeenServices } from './seen-services.ts'
import { serviceStepId } from './service-steps.ts'
import type { Step, StepEnd, StepReport } from './step.ts'
import { provideImage } from './step-pull.ts'

/** Images and networks are there; what takes long is a stop that has to be forced. */
const UP_TIMEOUT_MS = 5 * 60_000

/** Recreates the services of a step with their new images, and waits until they are healthy and stay so. */
export function serviceStep(context: OperationContext, changes: readonly ServiceChange[]): Step {
  const { plan } = context
  const services = changes.map(({ service }) => service)
  return {
    ...planStepOf(plan, serviceStepId(services)),
    changes: true,
    run: async (report) => {
      const wanted: Wanted[] = []
      for (const change of changes) {
        const image = await provideImage(context, change, report)
        wanted.push({ service: change.service, imageId: image.id })
      }
      const { service, outcome, seen } = await replaceServices(context, wanted, report)
      if (outcome.verdict === 'passed') return { kind: 'done', message: outcome.reason, result: { seen } }
      return passOver(context, outcome) ?? failGate(context, service, outcome)
    },
  }
}

/** A service, and the image that it is to run. */
export interface Wanted {
  readonly service: string
  readonly imageId: string
}

/** What became of services: the first that is not well, or all of them together. */
interface Replaced {
  readonly service: string
  readonly outcome: GateOutcome
  /** What each gate saw at last. */
  readonly seen: SeenServices
}

/** Recreates services from the compose file as it is, unless they run their images already, and gates each. */
export async function replaceServices(
  context: OperationContext,
  wanted: readonly Wanted[],
  report: StepReport,
  how: Pick<GateRequest, 'isReturn' | 'later'> = {},
): Promise<Replaced> {
  const { plan, ports, host, files } = context
  await recreate(context, wanted, report)
  const stack = await ports.readStack(plan.stack, report.signal)
  const point = await readRollbackPoint(host, files, report.signal)
  const request = {
    later: laterThan(context, wanted),
    ...how,
    signal: report.signal,
    onProgress: report.show,
    onOutput: report.showOutput,
    ...(point === null ? {} : { schemaBefore: point.schemaVersions }),
  }
  const gated = await Promise.all(
    wanted.map(async ({ service, imageId }) => {
      return { service, outcome: await ports.runGate(stack, service, { ...request, imageId }) }
    }),
  )
  for (const { service, outcome } of gated) {
    for (const evidence of outcome.evidence) await report.addEvidence(evidence)
    if (outcome.verdict !== 'passed') await keepFailure(context, service, report)
  }
  ports.onChanged?.(plan.stack)
  return conclude(gated)
}

async function recreate(context: OperationContext, wanted: readonly Wanted[], report: StepReport): Promise<void> {
  const { plan, ports, session } = context
  const before = await ports.readStack(plan.stack, report.signal)
  const outdated = wanted.filter((one) => isOutdated(before, one))
  if (outdated.length === 0) return
  for (const { service } of outdated) {
    await keepLogs(context, before.containers[service] ?? [], `${service} before it was replaced`, report)
  }
  report.show(outdated.length === 1 ? 'recreating the container' : `recreating ${outdated.length} containers`)
  const services = outdated.map(({ service }) => service)
  await session.compose.up(before.project, services, {
    signal: report.signal,
    timeoutMs: UP_TIMEOUT_MS,
    onOutput: (_stream, text) => report.showOutput(context.mask(text)),
  })
  ports.onChanged?.(plan.stack)
}

/** Whether a service lacks a container that it ought to have, or has one that Compose would replace. */
export function isOutdated(
  stack: Pick<Stack, 'containers' | 'configHashes' | 'runbook'> & { readonly model: Pick<Stack['model'], 'services'> },
  { service, imageId }: Wanted,
): boolean {
  const present = stack.containers[service] ?? []
  // What only brings its image, and never ran here, is not run for the first time by an upgrade.
  if (present.length === 0) return serviceKind(stack.runbook, service) !== 'pre-pull'
  const isShort = present.length < (stack.model.services[service]?.scale ?? 1)
  return isShort || !present.every((container) => isUpToDate(stack, service, container, imageId))
}

/** Services of the plan whose turn is still to come. */
function laterThan({ plan }: OperationContext, wanted: readonly Wanted[]): string[] {
  const services = plan.changes.map(({ service }) => service)
  return services.slice(services.indexOf(wanted.at(-1)?.service ?? '') + 1)
}

type Gated = Omit<Replaced, 'seen'>

function conclude(gated: readonly Gated[]): Replaced {
  const seen = Object.fromEntries(
    gated.flatMap(({ service, outcome }) => (outcome.seen == null ? [] : [[service, outcome.seen]])),
  )
  const isBad = ({ outcome }: Gated) => outcome.verdict !== 'passed'
  const first = gated.find(({ outcome }) => outcome.verdict === 'failed') ?? gated.find(isBad) ?? gated[0]
  if (first === undefined) throw new Error('No service was to be replaced.')
  if (isBad(first)) return { ...first, seen }
  const reasons = new Set(gated.map(({ outcome }) => outcome.reason))
  return { ...first, seen, outcome: { ...first.outcome, reason: [...reasons].join(' ') } }
}

/** Whether Compose would leave the container as it is. */
function isUpToDate(
  stack: Pick<Stack, 'configHashes' | 'runbook'>,
  service: string,
  container: Container,
  imageId: string,
): boolean {
  return (
    container.imageId === imageId &&
    isWhereItBelongs(stack, service, container) &&
    container.labels['com.docker.compose.config-hash'] === stack.configHashes[service]
  )
}

function isWhereItBelongs(
  { runbook }: Pick<Stack, 'runbook'>,
  service: string,
  { state, exitCode }: Container,
): boolean {
  return serviceKind(runbook, service) === 'service' ? state === 'running' : state === 'exited' && exitCode === 0
}

/** A person had said beforehand to go on. */
export function passOver({ plan }: OperationContext, outcome: GateOutcome): StepEnd | null {
  const reason = plan.options.continueUnhealthy?.reason
  return reason === undefined
    ? null
    : { kind: 'done', message: `${outcome.reason} Passed over: ${reason}`, passedOver: reason }
}

export function failGate({ host }: OperationContext, service: string, outcome: GateOutcome): never {
  if (outcome.error !== null) throw fromErrorShape(outcome.error)
  throw new SlipwayError('gate.failed', `${service} on ${host.label} did not become healthy: ${outcome.reason}`, {
    hint: "Read the container's last log lines, which are kept with this operation.",
  })
}

async function keepFailure(context: OperationContext, service: string, report: StepReport): Promise<void> {
  const { plan, ports } = context
  try {
    const stack = await ports.readStack(plan.stack, report.signal)
    for (const container of stack.containers[service] ?? []) {
      const name = `${service}-${context.journal.entries.length}-state.txt`
      await report.keep(name, `State and health checks of ${service}`, formatContainerState(container))
    }
    await keepLogs(context, stack.containers[service] ?? [], `${service} that failed`, report)
  } catch {
    report.signal.throwIfAborted()
    await report.say(`The log of ${service} could not be read.`)
  }
}
