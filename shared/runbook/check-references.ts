import { checkConditions } from './check-conditions.ts'
import { checkData } from './check-data.ts'
import { checkLiterals } from './check-literals.ts'
import { checkExpectation, checkRequest, checkServerName, checkSmokeTest } from './check-requests.ts'
import { checkServices } from './check-services.ts'
import { checkVersions } from './check-versions.ts'
import type { Probe } from './probe-schema.ts'
import { checkExpression, checkGlob, doubles, type Path, type ReferenceProblem } from './reference-problem.ts'
import type { Runbook } from './schema.ts'

/** What the schema cannot see: names that lead nowhere, doubles, ranges and expressions that nobody can read. */
export function checkReferences(runbook: Runbook): ReferenceProblem[] {
  return [
    ...checkServices(runbook),
    ...doubles(runbook.probes, 'id', ['probes']),
    ...doubles(runbook.secrets, 'id', ['secrets']),
    ...doubles(runbook.checklist, 'id', ['checklist']),
    ...checkVersions(runbook),
    ...runbook.match.images.flatMap((glob, index) => checkGlob(glob, ['match', 'images', index])),
    ...checkConditions(runbook),
    ...runbook.probes.flatMap((probe, index) => checkProbe(runbook, probe, ['probes', index])),
    ...checkData(runbook),
    ...checkSmokeTest(runbook),
    ...checkLiterals(runbook),
  ]
}

function checkProbe(runbook: Runbook, probe: Probe, path: Path): ReferenceProblem[] {
  if ('command' in probe)
    return checkExpression(probe.healthy.stdout?.matches, [...path, 'healthy', 'stdout', 'matches'])
  if ('query' in probe) {
    return [
      ...checkExpression(probe.healthy.matches, [...path, 'healthy', 'matches']),
      ...checkExpression(probe.degraded?.matches, [...path, 'degraded', 'matches']),
    ]
  }
  if ('tls' in probe) return checkServerName(probe.tls.serverName, [...path, 'tls', 'serverName'])
  if (!('http' in probe)) return []
  const expectations = (['healthy', 'degraded', 'starting'] as const).flatMap((key) => {
    const expectation = probe[key]
    return expectation === undefined ? [] : checkExpectation(expectation, [...path, key])
  })
  return [
    ...checkRequest(runbook, probe.http, [...path, 'http'], new Set()),
    ...expectations,
    ...doubles(probe.metrics ?? [], 'id', [...path, 'metrics']),
  ]
}
