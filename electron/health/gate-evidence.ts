import type { GateEvidence } from '../../shared/contract/operations.ts'
import type { Health, ProbeResult, Verdict } from '../../shared/contract/stacks.ts'
import { shortDigest } from '../../shared/versions/image-reference.ts'
import type { Container } from '../docker/engine.ts'
import { explainDependency, type GateRules, type GateSample, isTolerated, type SeenDependency } from './gate-judge.ts'
import { describeExit } from './judge-service.ts'

/** What the last sample of a gate shows, one line for each question that it answers. */
export function gateEvidence(service: string, sample: GateSample | null, rules: GateRules): GateEvidence[] {
  if (sample === null) return [line(`State of ${service}`, 'unknown', 'Nothing could be seen of it.')]
  return [
    ...sample.containers.flatMap((container) => containerEvidence(container, rules)),
    ...sample.probes.map((probe): GateEvidence => {
      const evidence = probeEvidence(probe)
      return isTolerated(probe, sample) ? { ...evidence, verdict: 'warning' } : evidence
    }),
    ...nobodyAsks(service, sample, rules),
    ...sample.dependencies.flatMap(dependencyEvidence),
  ]
}

export function probeEvidence(probe: ProbeResult): GateEvidence {
  return { title: probe.title, verdict: VERDICTS[probe.health], detail: probe.reason, probe }
}

const VERDICTS: Readonly<Record<Health, Verdict>> = {
  healthy: 'passed',
  starting: 'failed',
  maintenance: 'unknown',
  degraded: 'failed',
  unknown: 'unknown',
  down: 'failed',
}

function line(title: string, verdict: Verdict, detail: string): GateEvidence {
  return { title, verdict, detail, probe: null }
}

function containerEvidence(container: Container, rules: GateRules): GateEvidence[] {
  return [stateEvidence(container, rules), ...imageEvidence(container, rules), ...checkEvidence(container)]
}

function stateEvidence(container: Container, { kind }: GateRules): GateEvidence {
  const { name, state, restartCount, startedAt, exitCode } = container
  const title = `Container ${name}`
  if (state !== 'running') {
    const isDone = kind !== 'service' && state === 'exited' && exitCode === 0
    return line(title, isDone ? 'passed' : 'failed', state === 'exited' ? describeExit(container) : `It is ${state}.`)
  }
  const restarts = restartCount === 0 ? 'no restarts' : restartCount === 1 ? 'one restart' : `${restartCount} restarts`
  return line(title, 'passed', `Running since ${startedAt ?? 'an unknown time'}, ${restarts}.`)
}

function dependencyEvidence(dependency: SeenDependency): GateEvidence[] {
  const { service, containers } = dependency
  const title = `Depends on ${service}`
  const wrong = explainDependency(dependency)
  if (wrong !== null) return [line(title, 'failed', `${wrong}.`)]
  if (containers.length === 0) return []
  const seen = containers.map(({ name, state, health, restartCount }) => {
    const own = health === null ? '' : `, ${health}`
    return `${name} is ${state}${own}${restartCount === 0 ? '' : `, restarts ${restartCount}`}`
  })
  return [line(title, 'passed', `${seen.join('; ')}.`)]
}

function imageEvidence({ imageId, imageReference }: Container, { imageId: wanted }: GateRules): GateEvidence[] {
  if (wanted === null) return []
  const verdict = imageId === wanted ? 'passed' : 'failed'
  const instead = imageId === wanted ? '' : ` instead of ${shortDigest(wanted)}`
  return [line('Image', verdict, `${imageReference}, ${shortDigest(imageId)}${instead}.`)]
}

function checkEvidence({ health, healthLog }: Container): GateEvidence[] {
  if (health === null) return []
  const output = healthLog.at(-1)?.output.trim() ?? ''
  const verdict = health === 'healthy' ? 'passed' : 'failed'
  return [
    line(
      'Health check of the container',
      verdict,
      `It is ${health}${output === '' ? '' : `: ${output.slice(0, 500)}`}.`,
    ),
  ]
}

/** A gate that only saw a process run has not seen that it works. */
function nobodyAsks(service: string, { containers, probes }: GateSample, { kind }: GateRules): GateEvidence[] {
  if (kind !== 'service' || probes.length > 0 || containers.some(({ health }) => health !== null)) return []
  const detail = `${service} has neither a health check nor a probe: it runs and did not restart, and nobody asked more.`
  return [line('Health', 'warning', detail)]
}
