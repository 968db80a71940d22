import { isValidRange, parseTag } from '../versions/version.ts'
import { explainExpression } from './expression.ts'
import { isSpecificGlob } from './image-glob.ts'
import { parseJsonPath } from './json-path.ts'
import type { Probe, SmokeStep } from './probe-schema.ts'
import type { Expectation, HttpRequest } from './request-schema.ts'
import type { Runbook } from './schema.ts'
import { findReferences, stringsIn } from './template.ts'

export interface ReferenceProblem {
  /** Where in the document. */
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly expected: string | null
}

type Path = ReferenceProblem['path']

/** What the schema cannot see: names that lead nowhere, doubles, ranges and expressions that nobody can read. */
export function checkReferences(runbook: Runbook): ReferenceProblem[] {
  return [
    ...checkDoubles(runbook),
    ...checkServiceNames(runbook),
    ...checkVersions(runbook),
    ...runbook.match.images.flatMap((glob, index) => checkGlob(glob, ['match', 'images', index])),
    ...runbook.probes.flatMap((probe, index) => checkProbe(runbook, probe, ['probes', index])),
    ...checkMigrations(runbook),
    ...checkSmokeTest(runbook),
  ]
}

function checkDoubles(runbook: Runbook): ReferenceProblem[] {
  return [
    ...doubles(runbook.services, 'name', ['services']),
    ...doubles(runbook.probes, 'id', ['probes']),
    ...doubles(runbook.secrets, 'id', ['secrets']),
    ...doubles(runbook.backup?.datasets ?? [], 'id', ['backup', 'datasets']),
  ]
}

function doubles<Key extends string>(items: readonly Record<Key, string>[], key: Key, path: Path): ReferenceProblem[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const value = item[key]
    if (!seen.has(value)) {
      seen.add(value)
      return []
    }
    return [{ path: [...path, index, key], message: `“${value}” is there twice.`, expected: `another ${key}` }]
  })
}

function checkServiceNames(runbook: Runbook): ReferenceProblem[] {
  const { migrations } = runbook
  const uses: [string, Path][] = [
    ...runbook.probes.flatMap(useOfProbe),
    ...runbook.secrets.map(({ service }, index): [string, Path] => [service, ['secrets', index, 'service']]),
    ...(runbook.backup?.datasets ?? []).map(({ service }, index): [string, Path] => [
      service,
      ['backup', 'datasets', index, 'service'],
    ]),
    ...Object.keys(runbook.logs).map((service): [string, Path] => [service, ['logs', service]]),
    ...smokeSteps(runbook).map(({ step, path }): [string, Path] => [step.http.service, [...path, 'http', 'service']]),
  ]
  if (migrations.service !== undefined) uses.push([migrations.service, ['migrations', 'service']])
  const known = new Set(runbook.services.map(({ name }) => name))
  return uses
    .filter(([service]) => !known.has(service))
    .map(([service, path]) => unknownName('service', service, path, known))
}

/** The service that a probe names; one that asks a data set names none. */
function useOfProbe(probe: Probe, index: number): [string, Path][] {
  if ('http' in probe) return [[probe.http.service, ['probes', index, 'http', 'service']]]
  if ('tcp' in probe) return [[probe.tcp.service, ['probes', index, 'tcp', 'service']]]
  if ('tls' in probe) return [[probe.tls.service, ['probes', index, 'tls', 'service']]]
  if ('command' in probe) return [[probe.command.service, ['probes', index, 'command', 'service']]]
  if ('container' in probe) return [[probe.container.service, ['probes', index, 'container', 'service']]]
  return []
}

function unknownName(kind: string, name: string, path: Path, known: ReadonlySet<string>): ReferenceProblem {
  return {
    path,
    message: `“${name}” is no ${kind} of this runbook.`,
    expected: known.size === 0 ? null : `one of ${[...known].join(', ')}`,
  }
}

function checkVersions({ versions }: Runbook): ReferenceProblem[] {
  const problems: ReferenceProblem[] = versions.forwardOnly
    .map(({ version }, index) => ({ version, path: ['versions', 'forwardOnly', index, 'version'] }))
    .filter(({ version }) => parseTag(version) === null)
    .map(({ version, path }) => ({ path, message: `“${version}” is no version.`, expected: 'a version such as 1.4.0' }))
  if (versions.variable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(versions.variable)) {
    const message = `“${versions.variable}” is no name of a variable.`
    problems.push({ path: ['versions', 'variable'], message, expected: 'letters, digits and underscores' })
  }
  return problems
}

function checkGlob(glob: string, path: Path): ReferenceProblem[] {
  if (!isSpecificGlob(glob)) {
    return [{ path, message: `“${glob}” would fit every image.`, expected: 'a glob such as **/acme/api' }]
  }
  return /[:@][^/]*$/.test(glob)
    ? [{ path, message: `“${glob}” holds a tag or digest.`, expected: 'an image repository without its tag' }]
    : []
}

function checkProbe(runbook: Runbook, probe: Probe, path: Path): ReferenceProblem[] {
  const problems: ReferenceProblem[] = []
  if (probe.versions !== undefined && !isValidRange(probe.versions)) {
    const message = `“${probe.versions}” is no range of versions.`
    problems.push({ path: [...path, 'versions'], message, expected: 'a range such as >=1.2.0 <2' })
  }
  if ('command' in probe) {
    problems.push(...checkExpression(probe.healthy.stdout?.matches, [...path, 'healthy', 'stdout', 'matches']))
  }
  if (!('http' in probe)) return problems
  problems.push(...checkRequest(runbook, probe.http, [...path, 'http'], new Set()))
  for (const key of ['healthy', 'degraded', 'starting'] as const) {
    const expectation = probe[key]
    if (expectation !== undefined) problems.push(...checkExpectation(expectation, [...path, key]))
  }
  return problems
}

function checkExpectation(expectation: Expectation, path: Path): ReferenceProblem[] {
  const conditions = (expectation.json ?? []).flatMap((condition, index) => [
    ...checkJsonPath(condition.path, [...path, 'json', index, 'path']),
    ...checkExpression(condition.matches, [...path, 'json', index, 'matches']),
  ])
  return [...conditions, ...checkExpression(expectation.text?.matches, [...path, 'text', 'matches'])]
}

function checkJsonPath(value: string, path: Path): ReferenceProblem[] {
  if (parseJsonPath(value) !== null) return []
  return [{ path, message: `“${value}” is no path into a body.`, expected: 'a path such as items[0].id' }]
}

function checkExpression(source: string | undefined, path: Path): ReferenceProblem[] {
  const failure = source === undefined ? null : explainExpression(source)
  if (failure === null) return []
  return [{ path, message: `The regular expression cannot be used: ${failure}.`, expected: 'a regular expression' }]
}

/** Names in `${…}` of a request. `captured` is what earlier steps have kept. */
function checkRequest(
  runbook: Runbook,
  request: HttpRequest,
  path: Path,
  captured: ReadonlySet<string>,
): ReferenceProblem[] {
  const secrets = new Set(runbook.secrets.map(({ id }) => id))
  return (['path', 'host', 'headers', 'body'] as const).flatMap((key) =>
    checkTemplates(request[key], [...path, key], { secrets, captured }),
  )
}

interface KnownNames {
  readonly secrets: ReadonlySet<string>
  readonly captured: ReadonlySet<string>
}

function checkTemplates(value: unknown, path: Path, { secrets, captured }: KnownNames): ReferenceProblem[] {
  return stringsIn(value)
    .flatMap(findReferences)
    .flatMap(({ kind, name, text }): ReferenceProblem[] => {
      if (kind === 'secret') return secrets.has(name) ? [] : [unknownName('secret', name, path, secrets)]
      if (kind === 'capture') return captured.has(name) ? [] : [unknownName('captured value', name, path, captured)]
      if (kind === 'run' && name === 'id') return []
      const expected = `\${secret:ID}, \${capture:NAME} or \${run:id}`
      return [{ path, message: `“${text}” is no reference that Slipway knows.`, expected }]
    })
}

function checkMigrations(runbook: Runbook): ReferenceProblem[] {
  const known = new Set((runbook.backup?.datasets ?? []).map(({ id }) => id))
  return runbook.migrations.schemaVersions
    .map(({ dataset }, index) => ({ dataset, path: ['migrations', 'schemaVersions', index, 'dataset'] }))
    .filter(({ dataset }) => !known.has(dataset))
    .map(({ dataset, path }) => unknownName('data set', dataset, path, known))
}

function smokeSteps({ smokeTest }: Runbook): { step: SmokeStep; path: Path }[] {
  if (smokeTest === undefined) return []
  return (['steps', 'cleanup'] as const).flatMap((part) =>
    smokeTest[part].map((step, index) => ({ step, path: ['smokeTest', part, index] })),
  )
}

function checkSmokeTest(runbook: Runbook): ReferenceProblem[] {
  const captured = new Set<string>()
  return smokeSteps(runbook).flatMap(({ step, path }) => {
    const problems = [
      ...checkRequest(runbook, step.http, [...path, 'http'], captured),
      ...checkExpectation(step.expect, [...path, 'expect']),
      // A secret in an answer is nothing to expect: the reason of a failure would tell it.
      ...checkTemplates(step.expect, [...path, 'expect'], { secrets: new Set(), captured }),
      ...Object.entries(step.capture).flatMap(([name, value]) => checkJsonPath(value, [...path, 'capture', name])),
    ]
    for (const name of Object.keys(step.capture)) captured.add(name)
    return problems
  })
}
