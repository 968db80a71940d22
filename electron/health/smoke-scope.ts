import { count } from '../../shared/count.ts'
import type { SmokeStep } from '../../shared/runbook/probe-schema.ts'
import { namesIn } from '../stacks/fitting.ts'
import { describeLeftOut, leftOutOf } from '../stacks/left-out.ts'
import type { Stack } from '../stacks/stack.ts'

/** How much of its smoke test a stack can take. */
export interface SmokeScope {
  /** `5 of 7 steps are left out. …`; null: none is. */
  readonly leftOut: string | null
  /** Why the test cannot tell whether the product works, in a sentence; null: it can, or there is none to be taken. */
  readonly untested: string | null
}

/** What was left out of a smoke test, and whether what remains still proves anything. */
export function scopeSmokeTest(stack: Pick<Stack, 'runbook' | 'binding'>): SmokeScope {
  const written = stack.binding.written.smokeTest?.steps ?? []
  const remaining = stack.runbook.smokeTest?.steps ?? []
  // Cleanup comes after the steps, and proves nothing.
  const parts = leftOutOf(stack, 'smokeTest').slice(0, written.length - remaining.length)
  if (parts.length === 0) return { leftOut: null, untested: null }
  const share = count(written.length, 'step')
  const leftOut = `${parts.length} of ${share} ${parts.length === 1 ? 'is' : 'are'} left out. ${describeLeftOut(parts)}`
  const isLost = written.some((step) => usesProduct(step) && parts.some(({ name }) => name === step.title))
  const isProven = !isLost || remaining.some(usesProduct)
  return { leftOut, untested: isProven ? null : `No step of the smoke test that uses the product is left: ${leftOut}` }
}

/** It is let in, or brings something. That a page answers, or refuses a stranger, is what probes ask too. */
function usesProduct({ http }: SmokeStep): boolean {
  return !['GET', 'HEAD'].includes(http.method) || namesIn(http, 'secret').length > 0
}
