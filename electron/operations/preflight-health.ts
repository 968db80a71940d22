import { count } from '../../shared/count.ts'
import { judgePresence } from '../health/judge-service.ts'
import { probesOf, runProbe } from '../health/run-probe.ts'
import { scopeSmokeTest } from '../health/smoke-scope.ts'
import { dependantsOf } from '../health/stack-picture.ts'
import type { Stack } from '../stacks/stack.ts'
import { askData } from './ask-data.ts'
import { type Finding, type PreflightQuestion, type PreflightSubject, passed, warning } from './preflight.ts'

/** Asked as a gate asks: a rollback would be held to the same probes. Of all services, whichever are upgraded. */
export async function askHealth({ stack, signal }: Pick<PreflightSubject, 'stack' | 'signal'>): Promise<Finding> {
  const fallen = Object.keys(stack.model.services).flatMap((name) => explainContainers(stack, name) ?? [])
  const { asked, bad } = await askProbes(stack, signal)
  if (fallen.length === 0 && bad.length === 0) {
    return passed(
      asked === 0
        ? 'All services run. There is no probe to ask.'
        : `All services run, ${count(asked, 'probe')} passed.`,
    )
  }
  return warning(
    [...fallen, ...bad].join(' '),
    'A rollback would bring back exactly this state. Mend it first, if you can.',
  )
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

/** Why a service is not well, by its containers; null: it is. */
function explainContainers(stack: Stack, name: string): string | null {
  const { runbook, model, session } = stack
  const { kind = 'service', optional = false } = runbook.services.find((service) => service.name === name) ?? {}
  const containers = stack.containers[name] ?? []
  // One that is never run has none.
  if (kind === 'pre-pull' && containers.length === 0) return null
  const { health, reason } = judgePresence({
    kind,
    optional,
    neededBy: dependantsOf(stack, name),
    scale: model.services[name]?.scale ?? 1,
    containers,
    imagePresent: null,
    nowMs: session.host.now(),
  })
  return health === 'healthy' ? null : `${name}: ${reason}`
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
