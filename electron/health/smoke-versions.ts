import type { SmokeStep } from '../../shared/runbook/probe-schema.ts'
import { findReferences, stringsIn } from '../../shared/runbook/template.ts'
import { isInRange } from '../../shared/versions/version.ts'
import { serviceVersion } from '../stacks/stack-version.ts'
import type { ProbedStack } from './probe-target.ts'

/** The steps that hold for the versions that run, without those that use what a step for other versions would have captured. */
export function stepsForVersion(stack: ProbedStack, steps: readonly SmokeStep[]): SmokeStep[] {
  const uncaptured = new Set<string>()
  return steps.filter((step) => {
    const holds = rangeOf(stack, step) !== 'no' && !capturesUsedBy(step).some((name) => uncaptured.has(name))
    for (const name of Object.keys(step.capture)) {
      if (holds) uncaptured.delete(name)
      else uncaptured.add(name)
    }
    return holds
  })
}

/** Why nobody can say whether a step holds; null: it does. */
export function explainUnknownVersion(stack: ProbedStack, step: SmokeStep): string | null {
  if (rangeOf(stack, step) !== 'unknown') return null
  return `This step is for versions ${step.versions}, and the version of ${step.http.service} is not known.`
}

function rangeOf(stack: ProbedStack, { http, versions }: SmokeStep) {
  return isInRange(serviceVersion(stack, http.service), versions)
}

function capturesUsedBy({ http, expect }: SmokeStep): string[] {
  return stringsIn([http, expect])
    .flatMap(findReferences)
    .flatMap(({ kind, name }) => (kind === 'capture' ? [name] : []))
}
