import type { Probe } from '../../shared/runbook/probe-schema.ts'
import type { Container } from '../docker/engine.ts'
import { isWorse, judgeContainers, type Verdict } from './judge-service.ts'
import type { Finding } from './probe-result.ts'
import type { ProbedStack } from './probe-target.ts'

export type ContainerProbe = Extract<Probe, { container: unknown }>

/** Looks at the containers of a service as the engine describes them. Asks nobody: they have just been read. */
export function probeContainer(stack: ProbedStack, { container: asked }: ContainerProbe): Finding {
  const { service, maxRestarts } = asked
  const containers = stack.containers[service] ?? []
  const known = stack.runbook.services.find(({ name }) => name === service)
  const verdict = judgeContainers({
    kind: known?.kind ?? 'service',
    scale: stack.model.services[service]?.scale ?? 1,
    containers,
    // A probe of a container that is not there says nothing of images.
    imagePresent: null,
    nowMs: stack.session.host.now(),
  })
  const { health, reason } = withRestarts(verdict, containers, maxRestarts)
  const body = containers.map(describe).join('\n')
  return { health, reason, request: `inspect ${service}`, answer: { status: null, body }, durationMs: null }
}

function withRestarts(verdict: Verdict, containers: readonly Container[], maxRestarts: number | undefined): Verdict {
  const restless = containers.find(({ restartCount }) => maxRestarts !== undefined && restartCount > maxRestarts)
  if (restless === undefined || isWorse(verdict.health, 'degraded')) return verdict
  const { name, restartCount } = restless
  return {
    health: 'degraded',
    reason: `${name} was restarted ${restartCount} times, and ${maxRestarts} are expected at most.`,
  }
}

function describe({ name, state, health, restartCount, startedAt, exitCode }: Container): string {
  const own = health === null ? 'no health check of its own' : `health ${health}`
  const when = state === 'running' ? `since ${startedAt}` : `exit code ${exitCode}`
  return `${name}: ${state} ${when}, ${own}, restarts ${restartCount}`
}
