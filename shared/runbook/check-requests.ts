import { checkExpression, checkJsonPath, type Path, type ReferenceProblem, unknownName } from './reference-problem.ts'
import type { Expectation, HttpRequest } from './request-schema.ts'
import type { Runbook } from './schema.ts'
import { smokeSteps } from './smoke-steps.ts'
import { findReferences, stringsIn } from './template.ts'

/** Names in `${…}` of a request. `captured` is what earlier steps have kept. */
export function checkRequest(
  runbook: Runbook,
  request: HttpRequest,
  path: Path,
  captured: ReadonlySet<string>,
): ReferenceProblem[] {
  const secrets = new Set(runbook.secrets.map(({ id }) => id))
  return (['path', 'host', 'headers', 'body'] as const).flatMap((key) =>
    checkTemplates(request[key], [...path, key], { secrets, captured, hasEnvironment: key === 'host' }),
  )
}

interface KnownNames {
  readonly secrets: ReadonlySet<string>
  readonly captured: ReadonlySet<string>
  /** Whether variables of the service may be named: only where no secret belongs. */
  readonly hasEnvironment: boolean
}

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

function checkTemplates(value: unknown, path: Path, known: KnownNames): ReferenceProblem[] {
  const { secrets, captured, hasEnvironment } = known
  return stringsIn(value)
    .flatMap(findReferences)
    .flatMap(({ kind, name, text }): ReferenceProblem[] => {
      if (kind === 'secret') return secrets.has(name) ? [] : [unknownName('secret', name, path, secrets)]
      if (kind === 'capture') return captured.has(name) ? [] : [unknownName('captured value', name, path, captured)]
      if (kind === 'run' && name === 'id') return []
      if (kind === 'env' && hasEnvironment && VARIABLE_NAME.test(name)) return []
      const expected = `\${secret:ID}, ${hasEnvironment ? `\${env:NAME}, ` : ''}\${capture:NAME} or \${run:id}`
      return [{ path, message: `“${text}” is no reference that Slipway knows.`, expected }]
    })
}

/** The name in a certificate is nothing secret, and nothing that an answer could tell. */
export function checkServerName(value: string, path: Path): ReferenceProblem[] {
  return findReferences(value)
    .filter(({ kind, name }) => kind !== 'env' || !VARIABLE_NAME.test(name))
    .map(({ text }) => {
      const message = `“${text}” is no reference that Slipway knows.`
      return { path, message, expected: `a name, or \${env:NAME}` }
    })
}

export function checkExpectation(expectation: Expectation, path: Path): ReferenceProblem[] {
  const conditions = (expectation.json ?? []).flatMap((condition, index) => [
    ...checkJsonPath(condition.path, [...path, 'json', index, 'path']),
    ...checkExpression(condition.matches, [...path, 'json', index, 'matches']),
  ])
  return [...conditions, ...checkExpression(expectation.text?.matches, [...path, 'text', 'matches'])]
}

export function checkSmokeTest(runbook: Runbook): ReferenceProblem[] {
  const captured = new Set<string>()
  return smokeSteps(runbook).flatMap(({ step, path }) => {
    const problems = [
      ...checkRequest(runbook, step.http, [...path, 'http'], captured),
      ...checkExpectation(step.expect, [...path, 'expect']),
      // A secret in an answer is nothing to expect: the reason of a failure would tell it.
      ...checkTemplates(step.expect, [...path, 'expect'], { secrets: new Set(), captured, hasEnvironment: false }),
      ...Object.entries(step.capture).flatMap(([name, value]) => checkJsonPath(value, [...path, 'capture', name])),
    ]
    for (const name of Object.keys(step.capture)) captured.add(name)
    return problems
  })
}
