import type { Plan } from '../../shared/contract/operations.ts'
import { type ErrorCode, SlipwayError } from '../../shared/errors.ts'
import type { Stack } from '../stacks/stack.ts'
import { sha256 } from './file-sha.ts'

type Bound = Pick<Stack, 'runbook' | 'runbookSource' | 'session' | 'binding'>

/**
 * Marks the runbook that a plan is made by: what decides on its steps and its data, as it is written, wherever its files
 * lie. Null for one that was derived, whose content is the stack's own.
 */
export function hashRunbook({ runbookSource, binding }: Pick<Stack, 'runbookSource' | 'binding'>): string | null {
  if (runbookSource === 'generic') return null
  const { id, services, versions, migrations, backup } = binding.written
  return sha256(JSON.stringify({ id, services, versions, migrations, backup }, sortKeys))
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether the runbook that counts is the one that the plan was made by, as far as it decides on steps and data. */
export function isPlannedBy(plan: Plan, stack: Pick<Stack, 'runbook' | 'runbookSource' | 'binding'>): boolean {
  if (plan.kind === 'deletion') return true
  // Plans of before name it only.
  const isSame = plan.runbookSha256 === null || plan.runbookSha256 === hashRunbook(stack)
  return stack.runbook.id === plan.runbookId && isSame
}

/**
 * Throws where a stack is bound to another runbook than its plan was made by: its steps and its data sets are others then,
 * and what the plan has promised would be left out without a word.
 */
export function requireRunbook(plan: Plan, stack: Bound, code: Extract<ErrorCode, `operation.${string}`>): void {
  if (!isPlannedBy(plan, stack)) throw otherRunbook(plan, stack, code)
}

export function otherRunbook(plan: Plan, stack: Bound, code: Extract<ErrorCode, `operation.${string}`>): SlipwayError {
  const { id } = stack.runbook
  const { host } = stack.session
  const [problem] = stack.binding.problems
  const now = id === plan.runbookId ? 'another content of that runbook' : `the runbook “${id}”`
  const why = problem === undefined ? '' : ` ${problem.file}:${problem.line}:${problem.column} ${problem.message}`
  const hint =
    code === 'operation.plan-stale'
      ? 'Look at the runbook of the stack, and plan again.'
      : 'Go on where it was begun, or bring that runbook to this computer as it was, and try again.'
  const message = `The ${plan.kind} of ${plan.stack.project} on ${host.label} was planned by the runbook “${plan.runbookId}”, and here ${now} counts.${why}`
  return new SlipwayError(code, message, { state: 'Nothing was changed.', hint })
}
