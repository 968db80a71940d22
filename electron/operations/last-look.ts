import { SlipwayError } from '../../shared/errors.ts'
import type { Stack } from '../stacks/stack.ts'
import type { OperationContext } from './operation-context.ts'
import type { GateOutcome } from './ports.ts'
import { readSeen } from './seen-services.ts'
import type { StepReport } from './step.ts'

/** The image that a service must run by now. */
export type ImageIdOf = (service: string, signal: AbortSignal) => Promise<string>

/** Nothing is known of before: what is there now is what counts. */
const NOTHING_SEEN = { containers: {}, dependencies: {} }

/**
 * A service that was healthy when it was its turn may have fallen since, and the engine may have brought it back: each is
 * held against what its gate saw, and its probes and what it depends on are asked once more. Returns the reason of what a
 * person had said to pass over; null: all is well.
 */
export async function lookOnceMore(
  context: OperationContext,
  imageIdOf: ImageIdOf,
  report: StepReport,
): Promise<string | null> {
  const { plan, ports, journal } = context
  const stack = await ports.readStack(plan.stack, report.signal)
  const seen = readSeen(journal.entries)
  // One that failed its gate and was passed over then has nothing that it could be held to.
  const services = plan.changes
    .map(({ service }) => service)
    .filter((service) => seen[service] !== undefined || plan.options.continueUnhealthy === null)
  for (const { service } of plan.changes) await requireImageOf(context, stack, service, imageIdOf, report.signal)
  const looked = await Promise.all(
    services.map(async (service) => {
      const request = { signal: report.signal, onProgress: report.show, seen: seen[service] ?? NOTHING_SEEN }
      const imageId = await imageIdOf(service, report.signal)
      return { service, outcome: await ports.runGate(stack, service, { ...request, imageId }) }
    }),
  )
  for (const { outcome } of looked) for (const evidence of outcome.evidence) await report.addEvidence(evidence)
  const bad = looked.find(({ outcome }) => outcome.verdict !== 'passed')
  if (bad === undefined) return null
  return plan.options.continueUnhealthy?.reason ?? fail(context, bad.service, bad.outcome)
}

/** Another version than the one that was planned is passed over by nobody. */
async function requireImageOf(
  context: OperationContext,
  stack: Stack,
  service: string,
  imageIdOf: ImageIdOf,
  signal: AbortSignal,
): Promise<void> {
  const imageId = await imageIdOf(service, signal)
  const strange = (stack.containers[service] ?? []).find((container) => container.imageId !== imageId)
  if (strange === undefined) return
  throw new SlipwayError(
    'gate.failed',
    `At the end, ${service} on ${context.host.label} runs ${strange.imageReference}.`,
    {
      hint: 'Look who else works on this stack.',
    },
  )
}

function fail({ host }: OperationContext, service: string, { reason }: GateOutcome): never {
  throw new SlipwayError('gate.failed', `At the end, ${service} on ${host.label} is not well: ${reason}`, {
    hint: "Read the container's log.",
  })
}
