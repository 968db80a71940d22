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
      ...checkTemplates(step.expect, [...path, 'expect'], { secrets: new Set(), captured }),
      ...Object.entries(step.capture).flatMap(([name, value]) => checkJsonPath(value, [...path, 'capture', name])),
    ]
    for (const name of Object.keys(step.capture)) captured.add(name)
    return problems
  })
}
