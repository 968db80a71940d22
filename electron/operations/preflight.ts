import type { PreflightResult, UpgradeOptions } from '../../shared/contract/operations.ts'
import { isSlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { Stack } from '../stacks/stack.ts'

/** Everything a preflight question may look at. */
export interface PreflightSubject {
  readonly stack: Stack
  readonly services: readonly string[]
  readonly options: UpgradeOptions
  readonly operationId: string
  readonly signal: AbortSignal
}

/** The answer to one preflight question, without its name. */
export type Finding = Pick<PreflightResult, 'verdict' | 'detail'> & { readonly hint?: string | null }

export interface PreflightQuestion {
  readonly id: string
  readonly title: string
  ask(): Promise<Finding> | Finding
}

/**
 * Asks all questions and never stops at the first bad one: a person wants to mend everything in one go. A question
 * that could not be asked is `unknown`, which blocks like `failed`.
 */
export async function askPreflight(
  questions: readonly PreflightQuestion[],
  signal: AbortSignal,
): Promise<PreflightResult[]> {
  return Promise.all(questions.map((question) => ask(question, signal)))
}

async function ask({ id, title, ask: askQuestion }: PreflightQuestion, signal: AbortSignal): Promise<PreflightResult> {
  try {
    const { verdict, detail, hint = null } = await askQuestion()
    return { id, title, verdict, detail, hint }
  } catch (error) {
    signal.throwIfAborted()
    const { message, hint = null } = toErrorShape(error)
    return { id, title, verdict: isSlipwayError(error) ? 'failed' : 'unknown', detail: message, hint }
  }
}

export const passed = (detail: string): Finding => ({ verdict: 'passed', detail })
export const warning = (detail: string, hint: string | null = null): Finding => ({ verdict: 'warning', detail, hint })
export const failed = (detail: string, hint: string | null = null): Finding => ({ verdict: 'failed', detail, hint })
export const unknown = (detail: string, hint: string | null = null): Finding => ({ verdict: 'unknown', detail, hint })
