import { isValidRange, parseTag } from '../versions/version.ts'
import { checkRequest } from './check-requests.ts'
import { checkJsonPath, type Path, type ReferenceProblem } from './reference-problem.ts'
import type { Runbook } from './schema.ts'
import { smokeSteps } from './smoke-steps.ts'

/** Versions, ranges of versions, and what leads to them. */
export function checkVersions(runbook: Runbook): ReferenceProblem[] {
  return [...checkPolicy(runbook), ...checkReported(runbook), ...checkRanges(runbook), ...checkAddresses(runbook)]
}

function checkPolicy({ versions }: Runbook): ReferenceProblem[] {
  const { forwardOnly, variable, registry } = versions
  const problems: ReferenceProblem[] = forwardOnly.flatMap(({ version }, index) => {
    if (parseTag(version) !== null) return []
    const path = ['versions', 'forwardOnly', index, 'version']
    return [{ path, message: `“${version}” is no version.`, expected: 'a version such as 1.4.0' }]
  })
  if (variable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    const message = `“${variable}” is no name of a variable.`
    problems.push({ path: ['versions', 'variable'], message, expected: 'letters, digits and underscores' })
  }
  if (registry !== undefined && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(registry)) {
    const message = `“${registry}” is no registry.`
    problems.push({ path: ['versions', 'registry'], message, expected: 'a host such as registry.example.com:5000' })
  }
  return problems
}

function checkReported(runbook: Runbook): ReferenceProblem[] {
  const { reported } = runbook.versions
  if (reported === undefined) return []
  const path = ['versions', 'reported']
  return [
    ...checkRequest(runbook, reported.http, [...path, 'http'], new Set()),
    ...checkJsonPath(reported.json, [...path, 'json']),
  ]
}

function checkRanges(runbook: Runbook): ReferenceProblem[] {
  const { versions, probes, migrations } = runbook
  const ranges: [string | undefined, Path][] = [
    [versions.reported?.versions, ['versions', 'reported', 'versions']],
    ...probes.map((probe, index): [string | undefined, Path] => [probe.versions, ['probes', index, 'versions']]),
    ...migrations.schemaVersions.flatMap(({ expected }, index) =>
      expected.map((one, position): [string, Path] => {
        return [one.versions, ['migrations', 'schemaVersions', index, 'expected', position, 'versions']]
      }),
    ),
    ...smokeSteps(runbook).map(({ step, path }): [string | undefined, Path] => [step.versions, [...path, 'versions']]),
  ]
  return ranges.flatMap(([range, path]) => {
    if (range === undefined || isValidRange(range)) return []
    return [{ path, message: `“${range}” is no range of versions.`, expected: 'a range such as >=1.2.0 <2' }]
  })
}

/** Addresses become links on the screen: nothing but pages may be behind them. */
function checkAddresses({ homepage, versions }: Runbook): ReferenceProblem[] {
  const addresses: [string | undefined, Path][] = [
    [homepage, ['homepage']],
    [versions.releaseNotes, ['versions', 'releaseNotes']],
  ]
  return addresses.flatMap(([address, path]) => {
    if (address === undefined || /^https?:\/\/[^\s]+$/i.test(address)) return []
    return [
      { path, message: `“${address}” is no address of a page.`, expected: 'an address such as https://example.com' },
    ]
  })
}
