import type { Masker } from '../../shared/operations/mask.ts'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { serviceOfProbe } from '../../shared/runbook/probe-service.ts'
import { isInRange } from '../../shared/versions/version.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { serviceVersion } from '../stacks/stack-version.ts'
import { probeCommand } from './command-probe.ts'
import { probeContainer } from './container-probe.ts'
import type { AskData } from './data-question.ts'
import { probeHttp } from './http-probe.ts'
import { type AskedProbe, type Finding, toProbeResult } from './probe-result.ts'
import type { ProbedStack } from './probe-target.ts'
import { probeQuery } from './query-probe.ts'
import { probeTcp } from './tcp-probe.ts'
import { probeTls } from './tls-probe.ts'

/** The probes that hold for a service in the version that it runs. */
export function probesOf(stack: ProbedStack, service: string): Probe[] {
  const version = serviceVersion(stack, service)
  return stack.runbook.probes.filter(
    (probe) => serviceOfProbe(stack.runbook, probe) === service && isInRange(version, probe.versions) !== 'no',
  )
}

/** A stack is asked again and again until it is read anew; its secrets stay the same that long. */
const maskers = new WeakMap<Stack, Masker>()

export interface ProbeOptions {
  readonly signal: AbortSignal
  /** Asks a data set's database. Absent: such questions stay open. */
  readonly askData?: AskData | undefined
}

/** Asks one health question and judges the answer. Throws only when `signal` aborts. */
export async function runProbe(stack: Stack, probe: Probe, options: ProbeOptions): Promise<AskedProbe> {
  const mask = maskers.get(stack) ?? createStackMasker(stack)
  maskers.set(stack, mask)
  const about = { id: probe.id, title: probe.title ?? probe.id, service: serviceOfProbe(stack.runbook, probe) }
  return toProbeResult(about, await find(stack, probe, about.service, options), mask)
}

async function find(stack: Stack, probe: Probe, service: string, options: ProbeOptions): Promise<Finding> {
  const { signal } = options
  if (isInRange(serviceVersion(stack, service), probe.versions) === 'unknown') {
    const reason = `This question is for versions ${probe.versions}, and the version of ${service} is not known.`
    return { health: 'unknown', reason, request: 'not asked', answer: null, durationMs: null }
  }
  if ('http' in probe) return probeHttp(stack, probe, signal)
  if ('tcp' in probe) return probeTcp(stack, probe, signal)
  if ('tls' in probe) return probeTls(stack, probe, signal)
  if ('command' in probe) return probeCommand(stack, probe, signal)
  if ('container' in probe) return probeContainer(stack, probe)
  return probeQuery(stack, probe, service, { askData: options.askData, signal })
}
