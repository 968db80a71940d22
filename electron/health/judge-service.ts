import type { ContainerView, Health, ProbeResult } from '../../shared/contract/stacks.ts'
import { healthSchema } from '../../shared/contract/stacks.ts'
import type { RunbookService } from '../../shared/runbook/schema.ts'

/** A container that came back so recently may go again: it is not called healthy yet. */
const RECENT_RESTART_MS = 120_000
const QUOTED_CHARACTERS = 200

export interface Verdict {
  readonly health: Health
  /** Why, in a sentence. */
  readonly reason: string
}

export interface ServiceEvidence {
  readonly kind: RunbookService['kind']
  readonly optional: boolean
  /** Services that have containers and depend on it. */
  readonly neededBy: readonly string[]
  /** How many containers Compose wants. */
  readonly scale: number
  readonly containers: readonly (ContainerView & {
    readonly healthLog?: readonly { readonly output: string }[]
    readonly error?: string | null
  })[]
  /** One for each probe that holds; one that nobody has asked yet is `unknown`. */
  readonly probes: readonly ProbeResult[]
  /** Whether the image that it is to have is on the host; null: nobody has looked. */
  readonly imagePresent: boolean | null
  /** Milliseconds since 1970 by the host's clock. */
  readonly nowMs: number
}

type EvidenceContainer = ServiceEvidence['containers'][number]

/** The health of one service. What nobody could check is unknown, and never healthy. */
export function judgeService(evidence: ServiceEvidence): Verdict {
  const verdict = judgePresence(evidence)
  return evidence.kind === 'service' && evidence.containers.length > 0 ? withProbes(verdict, evidence) : verdict
}

/** One service by its containers alone, or by their absence. */
export function judgePresence(evidence: Omit<ServiceEvidence, 'probes'>): Verdict {
  const { kind, containers, optional, neededBy } = evidence
  if (kind === 'service' && containers.length === 0 && optional) return judgeAbsent(neededBy)
  return judgeContainers(evidence)
}

/** The containers of a service by themselves, whatever is asked of them. */
export function judgeContainers({
  kind,
  containers,
  scale,
  imagePresent,
  nowMs,
}: Pick<ServiceEvidence, 'kind' | 'containers' | 'scale' | 'imagePresent' | 'nowMs'>): Verdict {
  if (kind === 'pre-pull' && containers.length === 0) return judgePulled(imagePresent)
  if (kind !== 'service') return judgeJob(containers)
  if (containers.length === 0) {
    if (scale === 0) return { health: 'healthy', reason: 'It is scaled to none.' }
    return { health: 'down', reason: 'It has no container.' }
  }
  const verdicts = containers.map((container) => judgeContainer(container, nowMs))
  if (containers.length < scale) {
    verdicts.push({ health: 'degraded', reason: `Only ${containers.length} of ${scale} containers are there.` })
  }
  return worst(verdicts)
}

/** What may be absent is missed all the same by a service that depends on it, as on a database that was removed. */
function judgeAbsent(neededBy: ServiceEvidence['neededBy']): Verdict {
  if (neededBy.length === 0) return { health: 'healthy', reason: 'It is optional and not in use.' }
  return { health: 'down', reason: `It has no container, and ${neededBy.join(', ')} depends on it.` }
}

/** Several verdicts as one: the worst, and of equal ones the first. */
export function worst(verdicts: readonly [Verdict, ...Verdict[]] | readonly Verdict[]): Verdict {
  const [first = { health: 'unknown', reason: 'Nothing was checked.' } as const, ...rest] = verdicts
  return rest.reduce<Verdict>(
    (gravest, verdict) => (isWorse(verdict.health, gravest.health) ? verdict : gravest),
    first,
  )
}

export function isWorse(a: Health, b: Health): boolean {
  return healthSchema.options.indexOf(a) > healthSchema.options.indexOf(b)
}

/** The health of a stack: that of its worst service, which the reason names. */
export function judgeStack(services: readonly (Verdict & { readonly name: string })[]): Verdict {
  if (services.length === 0) return { health: 'unknown', reason: 'It has no services.' }
  const bad = services.filter(({ health }) => health !== 'healthy')
  if (bad.length === 0) {
    return {
      health: 'healthy',
      reason: services.length === 1 ? 'Its service is healthy.' : `All ${services.length} services are healthy.`,
    }
  }
  const { health } = worst(bad)
  const [first, ...others] = bad.filter((service) => service.health === health)
  const more =
    others.length === 0 ? '' : ` So ${others.length === 1 ? 'is' : 'are'} ${others.map(({ name }) => name).join(', ')}.`
  return { health, reason: `${first?.name}: ${first?.reason}${more}` }
}

/** One that is never run is there so that its image is. */
function judgePulled(imagePresent: boolean | null): Verdict {
  if (imagePresent === null) return { health: 'unknown', reason: 'Nobody has looked yet whether its image is there.' }
  return imagePresent
    ? { health: 'healthy', reason: 'Its image is on the host.' }
    : { health: 'degraded', reason: 'Its image is not on the host: the first use has to wait for it.' }
}

/** One that ends by design: exit code 0 is its healthy state. */
function judgeJob([container]: readonly EvidenceContainer[]): Verdict {
  if (container === undefined) {
    return { health: 'unknown', reason: 'It has no container that would say how its last run ended.' }
  }
  if (container.state === 'exited') {
    return container.exitCode === 0
      ? { health: 'healthy', reason: 'It ended with exit code 0.' }
      : { health: 'down', reason: describeExit(container) }
  }
  if (container.state === 'running') return { health: 'starting', reason: 'It is still running.' }
  return judgeStopped(container)
}

function judgeContainer(container: EvidenceContainer, nowMs: number): Verdict {
  if (container.state !== 'running') return judgeStopped(container)
  if (container.health === 'unhealthy') {
    return { health: 'down', reason: `${container.name} fails its health check${lastOutput(container)}.` }
  }
  if (container.health === 'starting') return { health: 'starting', reason: `${container.name} is starting.` }
  const runsForMs = container.startedAt === null ? 0 : nowMs - Date.parse(container.startedAt)
  if (container.restartCount > 0 && runsForMs < RECENT_RESTART_MS) {
    const times = container.restartCount === 1 ? 'once' : `${container.restartCount} times`
    const ago = Math.max(0, Math.round(runsForMs / 1000))
    return { health: 'degraded', reason: `${container.name} has restarted ${times}, the last time ${ago} s ago.` }
  }
  return container.health === 'healthy'
    ? { health: 'healthy', reason: 'Its health check passes.' }
    : { health: 'healthy', reason: 'It runs.' }
}

function judgeStopped(container: EvidenceContainer): Verdict {
  const { state, name, restartCount, error } = container
  if (state === 'restarting') {
    const reason = `${name} keeps restarting (${restartCount} so far): ${lowerFirst(describeExit(container))}`
    return { health: 'down', reason }
  }
  if (state === 'created' && !error) return { health: 'starting', reason: `${name} was created and not started yet.` }
  if (state === 'exited' || state === 'dead') return { health: 'down', reason: describeExit(container) }
  return { health: 'down', reason: `${name} is ${state}${error ? `: ${error}` : ''}.` }
}

/** How a container came to its end. Running out of memory explains more than the code that follows from it. */
export function describeExit({ name, exitCode, oomKilled, error }: EvidenceContainer): string {
  if (oomKilled) return `${name} was ended for want of memory (exit code ${exitCode}).`
  const words = error ? `: ${error}` : ''
  return exitCode === null ? `${name} has ended${words}.` : `${name} ended with exit code ${exitCode}${words}.`
}

function lastOutput({ healthLog = [] }: EvidenceContainer): string {
  const output = healthLog.at(-1)?.output.trim() ?? ''
  return output === '' ? '' : `: ${output.slice(0, QUOTED_CHARACTERS)}`
}

function lowerFirst(text: string): string {
  return text.startsWith('It ') ? text.charAt(0).toLowerCase() + text.slice(1) : text
}

function withProbes(container: Verdict, { probes, containers }: ServiceEvidence): Verdict {
  // Within its start period a service need not answer.
  if (container.health === 'starting' || container.health === 'down') return container
  if (probes.length === 0) return withoutProbes(container, containers)
  const asked = worst(
    probes.map(({ health, title, reason }) => ({
      health,
      reason: health === 'healthy' ? reason : `${title}: ${reason}`,
    })),
  )
  if (container.health !== 'healthy') return worst([container, asked])
  return asked.health === 'healthy' && probes.length > 1
    ? { health: 'healthy', reason: `All ${probes.length} probes hold.` }
    : asked
}

/** Nobody asks whether it works: that it runs is no sign of health. */
function withoutProbes(container: Verdict, containers: ServiceEvidence['containers']): Verdict {
  if (container.health !== 'healthy' || containers.every(({ health }) => health === 'healthy')) return container
  return {
    health: 'unknown',
    reason: 'It runs, but has neither a health check nor a probe that would say whether it works.',
  }
}
