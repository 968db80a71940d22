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
import type { Step, StepEnd, StepReport } from './step.ts'
import { provideImage } from './step-pull.ts'

/** Images and networks are there; what takes long is a stop that has to be forced. */
const UP_TIMEOUT_MS = 5 * 60_000

/** Recreates one service with its new image, and waits until it is healthy and stays so. */
export function serviceStep(context: OperationContext, change: ServiceChange): Step {
  const { plan } = context
  return {
    ...planStepOf(plan, `service:${change.service}`),
    changes: true,
    run: async (report) => {
      const image = await provideImage(context, change, report, () => undefined)
      const services = plan.changes.map(({ service }) => service)
      const later = services.slice(services.indexOf(change.service) + 1)
      const outcome = await replaceService(context, change.service, image.id, report, { later })
      if (outcome.verdict === 'passed') return { kind: 'done', message: outcome.reason }
      return passOver(context, outcome) ?? failGate(context, change.service, outcome)
    },
  }
}

/** Recreates a service from the compose file as it is, unless it runs the image already, and gates it. */
export async function replaceService(
  context: OperationContext,
  service: string,
  imageId: string,
  report: StepReport,
  how: Pick<GateRequest, 'isReturn' | 'later'> = {},
): Promise<GateOutcome> {
  const { plan, ports, session, host, files } = context
  const before = await ports.readStack(plan.stack, report.signal)
  const old = before.containers[service]?.[0]
  // What only brings its image, and never ran here, is not run for the first time by an upgrade.
  const isWanted = old !== undefined || serviceKind(before.runbook, service) !== 'pre-pull'
  if (isWanted && (old === undefined || !isUpToDate(before, service, old, imageId))) {
    await keepLogs(context, before.containers[service] ?? [], `${service} before it was replaced`, report)
    report.show('recreating the container')
    await session.compose.up(before.project, [service], {
      signal: report.signal,
      timeoutMs: UP_TIMEOUT_MS,
      onOutput: (_stream, text) => report.showOutput(context.mask(text)),
    })
    ports.onChanged?.(plan.stack)
  }
  const stack = await ports.readStack(plan.stack, report.signal)
  const point = await readRollbackPoint(host, files, report.signal)
  const outcome = await ports.runGate(stack, service, {
    ...how,
    signal: report.signal,
    imageId,
    onProgress: report.show,
    onOutput: report.showOutput,
    ...(point === null ? {} : { schemaBefore: point.schemaVersions }),
  })
  for (const evidence of outcome.evidence) await report.addEvidence(evidence)
  if (outcome.verdict !== 'passed') await keepFailure(context, service, report)
  ports.onChanged?.(plan.stack)
  return outcome
}

/** Whether Compose would leave the container as it is. */
function isUpToDate(stack: Stack, service: string, container: Container, imageId: string): boolean {
  return (
    container.imageId === imageId &&
    isWhereItBelongs(stack, service, container) &&
    container.labels['com.docker.compose.config-hash'] === stack.configHashes[service]
  )
}

function isWhereItBelongs({ runbook }: Stack, service: string, { state, exitCode }: Container): boolean {
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
