import type { When } from './condition-schema.ts'
import { checkExpression, checkGlob, type Path, type ReferenceProblem, unknownName } from './reference-problem.ts'
import type { Runbook } from './schema.ts'
import { smokeSteps } from './smoke-steps.ts'

/** The conditions under which parts of a runbook count. */
export function checkConditions(runbook: Runbook): ReferenceProblem[] {
  const { migrations } = runbook
  const known = new Set(runbook.services.map(({ name }) => name))
  const parts: { readonly when: When | undefined; readonly path: Path }[] = [
    ...runbook.probes.map(({ when }, index) => ({ when, path: ['probes', index, 'when'] })),
    ...(runbook.backup?.datasets ?? []).map(({ when }, index) => ({
      when,
      path: ['backup', 'datasets', index, 'when'],
    })),
    ...(migrations.at === 'one-shot'
      ? [{ when: migrations.instead?.when, path: ['migrations', 'instead', 'when'] }]
      : []),
    ...smokeSteps(runbook).map(({ step, path }) => ({ when: step.when, path: [...path, 'when'] })),
  ]
  return parts.flatMap(({ when, path }) => (when === undefined ? [] : checkWhen(when, path, known)))
}

function checkWhen(
  { beside = [], image, variable, matches }: When,
  path: Path,
  known: ReadonlySet<string>,
): ReferenceProblem[] {
  const problems = [
    ...beside.flatMap((name, index) =>
      known.has(name) ? [] : [unknownName('service', name, [...path, 'beside', index], known)],
    ),
    ...(image === undefined ? [] : checkGlob(image, [...path, 'image'])),
    ...checkExpression(matches, [...path, 'matches']),
  ]
  if (matches === undefined || variable !== undefined) return problems
  const message = 'There is no variable whose value could match.'
  return [...problems, { path: [...path, 'matches'], message, expected: 'a variable beside it' }]
}
