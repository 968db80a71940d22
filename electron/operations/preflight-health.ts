import { count } from '../../shared/count.ts'
import { probesOf, runProbe } from '../health/run-probe.ts'
import { scopeSmokeTest } from '../health/smoke-scope.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { askData } from './ask-data.ts'
import { type Finding, type PreflightQuestion, type PreflightSubject, passed, warning } from './preflight.ts'

/** Asked as a gate asks: a rollback would be held to the same probes. Of all services, whichever are upgraded. */
export async function askHealth({ stack, signal }: Pick<PreflightSubject, 'stack' | 'signal'>): Promise<Finding> {
  const fallen = Object.keys(stack.model.services).flatMap((name) => explainContainers(stack, name))
  const { asked, bad } = await askProbes(stack, signal)
  if (fallen.length === 0 && bad.length === 0) {
    return passed(
      asked === 0
        ? 'All services run. There is no probe to ask.'
        : `All services run, ${count(asked, 'probe')} passed.`,
    )
  }
  const sentences = [...fallen.map((one) => `${one}.`), ...bad]
  return warning(sentences.join(' '), 'A rollback would bring back exactly this state. Mend it first, if you can.')
}

/** What does not run needs no probe to say so. */
async function askProbes(stack: Stack, signal: AbortSignal): Promise<{ asked: number; bad: readonly string[] }> {
  const running = Object.keys(stack.containers).filter((name) =>
    (stack.containers[name] ?? []).some(({ state }) => state === 'running'),
  )
  const probes = running.flatMap((name) => probesOf(stack, name))
  const results = await Promise.all(probes.map((probe) => runProbe(stack, probe, { signal, askData })))
  const bad = results.filter(({ health }) => health !== 'healthy')
  return { asked: probes.length, bad: bad.map(({ title, reason }) => `${title}: ${reason}`) }
}

function explainContainers(stack: Stack, service: string): string[] {
  const kind = serviceKind(stack.runbook, service)
  const containers = stack.containers[service] ?? []
  const wanted = stack.model.services[service]?.scale ?? 1
  const isOptional = stack.runbook.services.find(({ name }) => name === service)?.optional ?? false
  if (containers.length === 0) {
    return kind !== 'service' || isOptional || wanted === 0 ? [] : [`${service} has no container`]
  }
  if (kind !== 'service') {
    return containers
      .filter(({ state, exitCode }) => state !== 'exited' || exitCode !== 0)
      .map(
        ({ state, exitCode }) =>
          `${service} ${state === 'exited' ? `ended with exit code ${exitCode}` : `is ${state}`}`,
      )
  }
  const missing = containers.length < wanted ? [`${service} has ${containers.length} of ${wanted} containers`] : []
  return [
    ...missing,
    ...containers
      .filter(({ state, health }) => state !== 'running' || health === 'unhealthy' || health === 'starting')
      .map(({ state, health }) => `${service} is ${state === 'running' ? health : state}`),
  ]
}

/** What of the smoke test this stack cannot be asked, where it has one: nobody should take the rest for the whole. */
export function askSmokeTest(stack: Stack): PreflightQuestion[] {
  const written = stack.binding.written.smokeTest
  if (written === undefined) return []
  const { leftOut, untested } = scopeSmokeTest(stack)
  const hint = untested === null ? null : 'It will end as unknown, and the upgrade is believed by its health alone.'
  const finding =
    leftOut === null ? passed(`${count(written.steps.length, 'step')}.`) : warning(untested ?? leftOut, hint)
  return [{ id: 'smoke-test', title: 'Smoke test', ask: () => finding }]
}
