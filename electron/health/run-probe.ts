import type { ProbeResult } from '../../shared/contract/stacks.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { serviceOfProbe } from '../../shared/runbook/probe-service.ts'
import { isInRange } from '../../shared/versions/version.ts'
import { serviceVersion } from '../stacks/stack-version.ts'
import { probeCommand } from './command-probe.ts'
import { probeHttp } from './http-probe.ts'
import { type Finding, toProbeResult } from './probe-result.ts'
import { createStackMasker, type ProbedStack } from './probe-target.ts'
import { probeTcp } from './tcp-probe.ts'

/** The probes that hold for a service in the version that it runs. */
export function probesOf(stack: ProbedStack, service: string): Probe[] {
  const version = serviceVersion(stack, service)
  return stack.runbook.probes.filter(
    (probe) => serviceOfProbe(stack.runbook, probe) === service && isInRange(version, probe.versions) !== 'no',
  )
}

/** Asks one health question and judges the answer. Throws only when `signal` aborts. */
export async function runProbe(stack: ProbedStack, probe: Probe, signal?: AbortSignal): Promise<ProbeResult> {
  const mask = createStackMasker(stack)
  const about = { id: probe.id, title: probe.title ?? probe.id, service: serviceOfProbe(stack.runbook, probe) }
  return toProbeResult(about, await find(stack, probe, signal), mask)
}

async function find(stack: ProbedStack, probe: Probe, signal: AbortSignal | undefined): Promise<Finding> {
  const service = serviceOfProbe(stack.runbook, probe)
  if (isInRange(serviceVersion(stack, service), probe.versions) === 'unknown') {
    const reason = `This question is for versions ${probe.versions}, and the version of ${service} is not known.`
    return { health: 'unknown', reason, request: 'not asked', answer: null, durationMs: null }
  }
  if ('http' in probe) return probeHttp(stack, probe, signal)
  if ('tcp' in probe) return probeTcp(stack, probe, signal)
  if ('command' in probe) return probeCommand(stack, probe, signal)
  const reason = 'This version of Slipway cannot ask this kind of question.'
  return { health: 'unknown', reason, request: 'not asked', answer: null, durationMs: null }
}
