import type { LockView } from '../../shared/contract/operations.ts'
import type { Drift, ProbeResult, ServiceView, StackDetail, StackSummary, Usage } from '../../shared/contract/stacks.ts'
import { type ErrorShape, toErrorShape } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { Container } from '../docker/engine.ts'
import { orderByDependencies } from '../stacks/generic-runbook.ts'
import type { StackReading } from '../stacks/read-stack.ts'
import type { Stack } from '../stacks/stack.ts'
import { serviceVersion, stackVersion } from '../stacks/stack-version.ts'
import { judgeService, judgeStack, type Verdict, worst } from './judge-service.ts'
import { probesOf } from './run-probe.ts'

/** All that is known of a stack at one moment. */
export interface PictureParts {
  readonly reading: StackReading
  readonly drift: readonly Drift[]
  /** Id of the image that each wanted reference means on the host; null: it is not there. */
  readonly localImages: Readonly<Record<string, string | null>>
  readonly probes: ReadonlyMap<string, ProbeResult>
  /** By container id. */
  readonly usage: ReadonlyMap<string, Usage>
  readonly lock: LockView | null
  /** Why nothing newer could be seen; null: the parts are current. */
  readonly lost: ErrorShape | null
  /** ISO 8601: when `reading` was made. */
  readonly readAt: string
  /** Milliseconds since 1970 by the host's clock. */
  readonly nowMs: number
}

/** The picture that people see. `since` is left to whoever saw the pictures before. */
export function buildPicture(parts: PictureParts): Omit<StackDetail, 'since'> {
  const { reading, drift, lock, lost, readAt } = parts
  const services = describeServices(parts)
  const counted = services.filter((service) => isCounted(reading.stack, service))
  const { health, reason } = judge(parts, services)
  return {
    ref: reading.ref,
    name: reading.project.project,
    runbook: reading.runbook,
    directory: reading.project.directory,
    composeFiles: [...reading.project.files],
    version: reading.stack === null ? null : stackVersion(reading.stack),
    health,
    healthReason: reason,
    runningServices: counted.filter(isRunning).length,
    totalServices: counted.length,
    operation: lock === null ? null : describeOperation(lock),
    error: lost ?? (reading.error === null ? null : toErrorShape(reading.error)),
    picture: lost === null ? 'current' : 'last',
    services,
    // What it looks like in between is not what anybody has to mend.
    drift: isAtWork(lock) ? [] : [...drift],
    checkedAt: readAt,
  }
}

/** A stack of which nothing could be read yet. */
export function buildBlank(ref: StackDetail['ref'], error: ErrorShape | null): StackDetail {
  return {
    ref,
    name: ref.project,
    runbook: { id: 'generic', name: 'Generic', generic: true, source: 'generic', sha256: '', problems: [] },
    directory: '',
    composeFiles: [],
    version: null,
    health: 'unknown',
    healthReason: error === null ? 'It has not been read yet.' : `It could not be read: ${error.message}`,
    runningServices: 0,
    totalServices: 0,
    since: null,
    operation: null,
    error,
    picture: 'none',
    services: [],
    drift: [],
    checkedAt: null,
  }
}

export function summarize(detail: StackDetail): StackSummary {
  const { services: _services, drift: _drift, checkedAt: _checkedAt, ...summary } = detail
  return summary
}

/** Whether an operation is changing what runs. A deletion touches nothing of that, and what is stale is at rest. */
export function isAtWork(lock: LockView | null): lock is LockView {
  return lock !== null && !lock.stale && lock.kind !== 'deletion'
}

/** While Slipway itself works on a stack, what it looks like in between is not news. */
function judge({ reading, lock, lost }: PictureParts, services: readonly ServiceView[]): Verdict {
  if (lost !== null) return { health: 'unknown', reason: `It cannot be seen at present: ${lost.message}` }
  if (isAtWork(lock)) {
    return {
      health: 'maintenance',
      reason: `${lock.owner.user} runs an operation (${lock.kind}) from ${lock.owner.machine}.`,
    }
  }
  const verdict = judgeStack(services.map(({ name, health, healthReason }) => ({ name, health, reason: healthReason })))
  if (reading.error === null) return verdict
  return worst([{ health: 'unknown', reason: `Its files cannot be read: ${reading.error.message}` }, verdict])
}

function describeServices(parts: PictureParts): ServiceView[] {
  const { stack, containers } = parts.reading
  const names = stack === null ? Object.keys(containers).sort() : serviceNames(stack)
  return names.map((name) => describeService(parts, name))
}

/** In the runbook's order; what it does not name follows in the order of dependencies. */
function serviceNames({ runbook, model }: Stack): string[] {
  const known = runbook.services.map(({ name }) => name).filter((name) => model.services[name] !== undefined)
  const others = orderByDependencies(model).map(({ name }) => name)
  return [...new Set([...known, ...others])]
}

function describeService(parts: PictureParts, name: string): ServiceView {
  const { reading, usage, lost } = parts
  const { stack } = reading
  const containers = reading.containers[name] ?? []
  const probes = stack === null ? [] : probeResults(parts, stack, name)
  const runbookService = stack?.runbook.services.find((service) => service.name === name)
  const kind = runbookService?.kind ?? 'service'
  const verdict: Verdict =
    lost === null ? judgeOne(parts, name, containers, probes) : { health: 'unknown', reason: lost.message }
  return {
    name,
    kind,
    version: stack === null ? versionOfImage(containers) : serviceVersion(stack, name),
    pin: stack?.pins[name] ?? null,
    containers: containers.map(toView),
    health: verdict.health,
    healthReason: verdict.reason,
    usage: addUsage(containers.flatMap(({ id }) => usage.get(id) ?? [])),
    ports: (containers[0]?.ports ?? []).map((port) => ({ ...port })),
    probes,
  }
}

function judgeOne(
  { reading: { stack }, localImages, nowMs }: PictureParts,
  name: string,
  containers: readonly Container[],
  probes: ServiceView['probes'],
): Verdict {
  if (stack === null && containers.every(({ state, exitCode }) => state === 'exited' && exitCode === 0)) {
    return { health: 'unknown', reason: 'It ended with exit code 0; only its files would say whether that is right.' }
  }
  const service = stack?.runbook.services.find((candidate) => candidate.name === name)
  const image = localImages[stack?.pins[name]?.reference ?? '']
  return judgeService({
    kind: service?.kind ?? 'service',
    optional: service?.optional ?? false,
    neededBy: stack === null ? [] : dependantsOf(stack, name),
    scale: stack?.model.services[name]?.scale ?? 1,
    containers,
    probes,
    imagePresent: image === undefined ? null : image !== null,
    nowMs,
  })
}

/** Services that are there and cannot do without it. */
export function dependantsOf({ model, containers }: Pick<Stack, 'model' | 'containers'>, name: string): string[] {
  return Object.values(model.services)
    .filter(({ dependsOn }) => dependsOn[name] !== undefined && dependsOn[name].required !== false)
    .filter((service) => (containers[service.name] ?? []).length > 0)
    .map((service) => service.name)
}

function probeResults({ probes }: PictureParts, stack: Stack, service: string): ProbeResult[] {
  return probesOf(stack, service).map(
    (probe) =>
      probes.get(probe.id) ?? {
        id: probe.id,
        title: probe.title ?? probe.id,
        service,
        health: 'unknown',
        reason: 'There is no answer yet.',
        request: 'not answered yet',
        answer: null,
        durationMs: null,
        checkedAt: new Date().toISOString(),
      },
  )
}

function versionOfImage([container]: readonly Container[]): string | null {
  return container === undefined ? null : parseImageReference(container.imageReference).tag
}

/** Only what the contract names: environment and labels of a container may hold secrets. */
function toView(container: Container): ServiceView['containers'][number] {
  const { id, name, state, health, exitCode, restartCount, startedAt, imageReference, imageId, digest } = container
  return {
    id,
    name,
    state,
    health,
    exitCode,
    restartCount,
    startedAt,
    imageReference,
    imageId,
    digest,
    oomKilled: container.oomKilled,
  }
}

function addUsage(samples: readonly Usage[]): Usage | null {
  if (samples.length === 0) return null
  const limits = samples.map(({ memoryLimitBytes }) => memoryLimitBytes)
  return {
    cpuPercent: sum(samples.map(({ cpuPercent }) => cpuPercent)),
    memoryBytes: sum(samples.map(({ memoryBytes }) => memoryBytes)),
    memoryLimitBytes: limits.every((limit) => limit !== null) ? sum(limits) : null,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Jobs that ended, and what the stack does without, are no services that should run. */
function isCounted(stack: Stack | null, service: ServiceView): boolean {
  const known = stack?.runbook.services.find(({ name }) => name === service.name)
  const isAbsent =
    service.containers.length === 0 && (known?.optional || stack?.model.services[service.name]?.scale === 0)
  return service.kind === 'service' && !isAbsent
}

function isRunning({ containers }: ServiceView): boolean {
  return containers.some(({ state }) => state === 'running')
}

function describeOperation({ operationId, kind, owner, mine, stale }: LockView): StackSummary['operation'] {
  return { id: operationId, kind, owner: `${owner.user} on ${owner.machine}`, mine, stale }
}
