import { capitalize } from '../../../shared/capitalize.ts'
import type { RunbookEntry, RunbookSection } from '../../../shared/contract/runbooks.ts'
import type { Probe } from '../../../shared/runbook/probe-schema.ts'
import { serviceOfProbe } from '../../../shared/runbook/probe-service.ts'
import type { Runbook } from '../../../shared/runbook/schema.ts'
import { isInRange } from '../../../shared/versions/version.ts'
import type { Stack } from '../../stacks/stack.ts'
import { serviceVersion } from '../../stacks/stack-version.ts'
import { describeExpectation, describeText, describeValue } from './describe-expectation.ts'
import { code, count, entry, fact, facts, leftOutEntries, section } from './entry.ts'
import { showProbe, showRequest } from './view-request.ts'

export function viewProbes(stack: Stack): RunbookSection {
  const { runbook, binding } = stack
  const own = runbook.probes.map((probe) => viewProbe(stack, probe))
  const asked = own.filter(({ state }) => state !== 'off').length
  const summary =
    runbook.probes.length === 0
      ? 'Nothing is asked: a service is as healthy as its container says.'
      : `${capitalize(count(asked, 'question'))} ${asked === 1 ? 'is' : 'are'} asked of this stack.`
  return section('probes', 'Probes', summary, [...own, ...leftOutEntries(binding.leftOut, 'probes')])
}

function viewProbe(stack: Stack, probe: Probe): RunbookEntry {
  const service = serviceOfProbe(stack.runbook, probe)
  const version = serviceVersion(stack, service)
  return entry(probe.id, 'Asked', {
    state: 'info',
    title: probe.title ?? null,
    facts: facts(
      fact('Service', service),
      ...describeJudgement(probe).map(([label, value]) => fact(label, value)),
      code('Versions', probe.versions),
      fact('Every', `${probe.intervalSeconds} s`),
    ),
    code: showProbe(stack, probe),
    ...rangeState(version, probe.versions, service),
  })
}

/** Whether something counts for the version that runs. */
function rangeState(version: string | null, range: string | undefined, service: string): Partial<RunbookEntry> {
  const inRange = isInRange(version, range)
  if (inRange === 'yes') return {}
  if (inRange === 'no') return { state: 'off', word: `Not for ${version}` }
  const note = `It is for some versions only, and the version of ${service} is not known.`
  return { state: 'warn', word: 'Version not known', note }
}

function describeJudgement(probe: Probe): [string, string][] {
  if ('http' in probe) {
    return [
      ['Healthy', describeExpectation(probe.healthy)],
      ...(probe.degraded ? ([['Degraded', describeExpectation(probe.degraded)]] as [string, string][]) : []),
      ...(probe.starting ? ([['Starting', describeExpectation(probe.starting)]] as [string, string][]) : []),
    ]
  }
  if ('tcp' in probe) return [['Healthy', 'the connection is accepted']]
  if ('tls' in probe) {
    const { minDaysLeft, selfSigned } = probe.tls
    return [['Healthy', `the certificate is ${selfSigned ? '' : 'trusted, and '}good for ${minDaysLeft} days or more`]]
  }
  if ('command' in probe) {
    const { exitCode, stdout } = probe.healthy
    return [['Healthy', [`exit code ${exitCode.join(' or ')}`, ...describeText('the output', stdout)].join('; ')]]
  }
  if ('container' in probe) {
    const { maxRestarts } = probe.container
    const restarts = maxRestarts === undefined ? '' : `, restarted at most ${maxRestarts} times`
    return [['Healthy', `it runs, and its own health check passes${restarts}`]]
  }
  return [
    ['Healthy', `the first value ${describeValue(probe.healthy)}`],
    ...(probe.degraded
      ? ([['Degraded', `the first value ${describeValue(probe.degraded)}`]] as [string, string][])
      : []),
  ]
}

export function viewGate({ runbook }: Stack): RunbookSection {
  const { timeoutSeconds, settleSeconds, intervalSeconds } = runbook.gate
  const summary = `After its change a service has ${timeoutSeconds} s to become healthy, and must stay so for ${settleSeconds} s without a restart. It is looked at every ${intervalSeconds} s.`
  return section('gate', 'Gate', summary, [])
}

export function viewSmokeTest(stack: Stack): RunbookSection {
  const { smokeTest } = stack.runbook
  const leftOut = leftOutEntries(stack.binding.leftOut, 'smokeTest')
  if (smokeTest === undefined) {
    return section('smoke-test', 'Smoke test', 'The product is not used after an upgrade, only looked at.', leftOut)
  }
  const trace = smokeTest.writes ? 'It writes into the product’s data.' : 'It leaves nothing behind.'
  return section('smoke-test', 'Smoke test', `${capitalize(count(smokeTest.steps.length, 'request'))}. ${trace}`, [
    ...smokeTest.steps.map((step) => viewStep(stack, step, 'Sent')),
    ...smokeTest.cleanup.map((step) => viewStep(stack, step, 'Cleans up')),
    ...leftOut,
  ])
}

type SmokeStep = NonNullable<Runbook['smokeTest']>['steps'][number]

function viewStep(stack: Stack, step: SmokeStep, word: string): RunbookEntry {
  const { service } = step.http
  const kept = Object.entries(step.capture).map(([name, path]) => `${name} (${path})`)
  return entry(step.title, word, {
    state: 'info',
    facts: facts(
      fact('Service', service),
      fact('Expects', describeExpectation(step.expect)),
      fact('Keeps', kept.join(', ')),
      code('Versions', step.versions),
    ),
    code: showRequest(stack, step.http),
    ...rangeState(serviceVersion(stack, service), step.versions, service),
  })
}
