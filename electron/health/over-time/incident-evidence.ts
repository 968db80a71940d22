import type { Incident } from '../../../shared/contract/monitor.ts'
import type { ServiceView, StackDetail } from '../../../shared/contract/stacks.ts'
import type { Masker } from '../../../shared/operations/mask.ts'
import { describeExit, isWorse } from '../judge-service.ts'

/** With more failing services than this, the first ones tell enough. */
const MAX_SERVICES = 3

/** Worst first: the services for which a stack is not well. */
export function failingServices({ services }: Pick<StackDetail, 'services'>): ServiceView[] {
  return services
    .filter(({ health }) => health === 'down' || health === 'degraded')
    .sort((a, b) => (isWorse(a.health, b.health) ? -1 : isWorse(b.health, a.health) ? 1 : 0))
    .slice(0, MAX_SERVICES)
}

/** What was asked and answered of what fails, and the state of its containers. */
export function gatherEvidence(detail: Pick<StackDetail, 'services'>, mask: Masker): Incident['evidence'] {
  return failingServices(detail).flatMap((service) => [
    { title: service.name, text: mask(service.healthReason) },
    ...service.probes.filter(({ health }) => health !== 'healthy').map(describeProbe),
    ...service.containers.map((container) => ({
      title: container.name,
      text: mask(describeContainer(container)),
    })),
  ])
}

/** Probe results are masked when they are made. */
function describeProbe({ title, request, answer, reason, durationMs, checkedAt }: ServiceView['probes'][number]) {
  const status = answer?.status == null ? '' : `Status ${answer.status}\n`
  const took = durationMs === null ? '' : ` after ${durationMs} ms`
  const answered = answer === null ? `No answer${took}.` : `Answered${took}:\n${status}${answer.body}`
  return { title, text: `${request}\n${reason}\n${answered}\nAsked at ${checkedAt}.` }
}

function describeContainer(container: ServiceView['containers'][number]): string {
  const { state, health, restartCount, startedAt, imageReference } = container
  const ended =
    state === 'exited' || state === 'dead' ? describeExit({ ...container, error: null }) : `State: ${state}.`
  return [
    ended,
    health === null ? '' : `Health check: ${health}.`,
    restartCount === 0 ? '' : `Restarts: ${restartCount}.`,
    startedAt === null ? '' : `Started at ${startedAt}.`,
    `Image: ${imageReference}.`,
  ]
    .filter((line) => line !== '')
    .join('\n')
}
