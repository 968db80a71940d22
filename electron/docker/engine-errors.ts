import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { type HttpAnswer, HttpFailure, HttpFormError, HttpTimeout } from './http-client.ts'

/** An unanswered request as what people see. `task` completes "the engine could not …". */
export function toCallError(host: Host, task: string, error: unknown): unknown {
  if (!(error instanceof HttpFailure)) return error
  const cause = error.cause
  if (isSlipwayError(cause)) return cause
  if (cause instanceof HttpTimeout) {
    return new SlipwayError(
      'host.timeout',
      `The Docker engine on ${host.label} did not ${task} within ${cause.timeoutMs / 1000} s.`,
      { hint: 'The host may be overloaded. Look at its load and disk, then try again.', retryable: true, cause },
    )
  }
  if (cause instanceof HttpFormError) return toFormError(host, task, cause)
  return new SlipwayError(
    'docker.request-failed',
    `The Docker engine on ${host.label} closed the connection before it could ${task}.`,
    { hint: 'It may be restarting. Try again in a moment.', retryable: true, cause },
  )
}

/** The engine's own words in an answer that is an error. */
export function engineMessage(body: Buffer): string {
  const text = body.toString('utf8').trim()
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message)
  } catch {
    // Not every error is JSON: a proxy in between answers in HTML.
  }
  return text.slice(0, 2000)
}

/** An answer with an error status, by that status. */
export function toStatusError(host: Host, task: string, answer: Pick<HttpAnswer, 'status' | 'body'>): SlipwayError {
  const words = engineMessage(answer.body)
  const code = answer.status === 404 ? 'docker.not-found' : 'docker.request-failed'
  return new SlipwayError(code, `The Docker engine on ${host.label} could not ${task}: ${words || answer.status}`, {
    details: { status: String(answer.status), message: words },
    retryable: answer.status >= 500,
  })
}

/** An answer that is not of the API's form: a proxy, or an engine that is none. */
export function toFormError(host: Host, task: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'docker.request-failed',
    `What the Docker engine on ${host.label} answered, asked to ${task}, is not what the Engine API says.`,
    { hint: 'Look whether another program answers on the engine’s socket.', cause },
  )
}
