import { ORPCError, os } from '@orpc/server'
import { type ErrorShape, isCancellation, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { endWithSignal } from './end-with-signal.ts'

/** Called for every error that is a bug of ours, with the procedure it came from. */
export type ReportBug = (error: unknown, procedure: string) => void

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
}

function describeIssue(issue: Issue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}

function issuesOf(data: unknown): readonly Issue[] {
  return typeof data === 'object' && data !== null && 'issues' in data && Array.isArray(data.issues) ? data.issues : []
}

/** oRPC's own refusals in our words; a message never holds the refused value, which may be a secret. */
function translate(error: unknown): unknown {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST') return error
  const problems = issuesOf(error.data).map(describeIssue)
  return new SlipwayError('input.invalid', `The request is not valid: ${problems.join('; ') || 'it cannot be read'}.`, {
    state: 'Nothing was done.',
    hint: 'Correct the named values and try again.',
  })
}

function toContractError(thrown: unknown, procedure: string, reportBug: ReportBug): Error {
  const error = translate(thrown)
  const data: ErrorShape = isCancellation(error)
    ? toErrorShape(new SlipwayError('operation.cancelled', 'The request was cancelled.'))
    : toErrorShape(error)
  if (data.code === 'internal') reportBug(error, procedure)
  return new ORPCError('SLIPWAY', { status: 422, message: data.message, data, defined: true })
}

async function* withErrors<T>(source: AsyncIterable<T>, mapError: (error: unknown) => Error): AsyncGenerator<T> {
  try {
    yield* source
  } catch (error) {
    throw mapError(error)
  }
}

function isIterable(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

/**
 * Stands around every procedure: whatever is thrown, at once or in the middle of live data, leaves as the
 * contract's typed `SLIPWAY` error, and live data ends when the client stops listening.
 */
export function createErrorBoundary(reportBug: ReportBug) {
  return os.middleware(async ({ next, path, signal }) => {
    const mapError = (error: unknown) => toContractError(error, path.join('.'), reportBug)
    try {
      const result = await next()
      if (!isIterable(result.output)) return result
      return { ...result, output: withErrors(endWithSignal(result.output, signal), mapError) as typeof result.output }
    } catch (error) {
      throw mapError(error)
    }
  })
}
