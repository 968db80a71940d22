import { z } from 'zod'

/**
 * Every way in which Slipway expects to fail. A code is stable: tests provoke it, the screen branches on
 * it, and journals keep it. What is not in this list is a bug and is shown as `internal`.
 */
export const ERROR_CODES = [
  // the way to the host
  'host.unknown',
  'host.unreachable',
  'host.timeout',
  'host.connection-lost',
  'host.not-connected',
  'host.key-unknown',
  'host.key-changed',
  'host.key-revoked',
  'host.key-rejected',
  'host.auth-failed',
  'host.key-file',
  'host.agent-unavailable',
  'host.algorithms',
  'host.jump-failed',
  'host.forwarding-forbidden',
  'host.config-invalid',
  'host.command-failed',
  'host.command-missing',
  'host.permission-denied',
  'host.file-missing',
  'host.file-too-large',
  'host.disk-full',
  'host.clock-skew',
  'host.sudo-refused',
  // the engine on it
  'docker.not-installed',
  'docker.not-on-path',
  'docker.not-in-group',
  'docker.engine-down',
  'docker.socket-missing',
  'docker.api-too-old',
  'docker.wrong-architecture',
  'docker.compose-missing',
  'docker.compose-too-old',
  'docker.request-failed',
  'docker.not-found',
  'docker.pull-failed',
  'docker.name-conflict',
  // registries
  'registry.unreachable',
  'registry.unauthorized',
  'registry.not-found',
  'registry.rate-limited',
  'registry.invalid-answer',
  // stacks and runbooks
  'stack.not-found',
  'stack.directory-missing',
  'stack.compose-invalid',
  'stack.env-invalid',
  'stack.pin-not-found',
  'stack.edited-meanwhile',
  'runbook.invalid',
  // operations
  'operation.not-found',
  'operation.blocked',
  'operation.locked',
  'operation.lock-lost',
  'operation.plan-stale',
  'operation.cancelled',
  'operation.interrupted',
  'operation.journal-damaged',
  'operation.other-project',
  'operation.rollback-failed',
  'backup.tool-missing',
  'backup.failed',
  'backup.empty',
  'backup.shrunk',
  'backup.corrupt',
  'backup.restore-failed',
  'backup.not-found',
  'gate.failed',
  'gate.timeout',
  'migration.failed',
  'smoke.failed',
  // logs
  'log.view-closed',
  'log.store-failed',
  // this computer
  'storage.failed',
  'input.invalid',
  'internal',
] as const

export const errorCodeSchema = z.enum(ERROR_CODES)
export type ErrorCode = z.infer<typeof errorCodeSchema>

/** The form in which an error crosses the contract and enters journals. Holds no secret and no stack trace. */
export const errorShapeSchema = z.object({
  code: errorCodeSchema,
  /** What failed, on which host and step: one sentence. */
  message: z.string(),
  /** What things were left in: "Nothing was changed." */
  state: z.string().optional(),
  /** What to do next, in the imperative. */
  hint: z.string().optional(),
  /** Whether the same call may succeed later without anyone changing anything. */
  retryable: z.boolean(),
  /** Messages of the causes, outermost first. */
  causes: z.array(z.string()),
  /** Output, paths, figures: what a person needs to see to believe it. Masked. */
  details: z.record(z.string(), z.string()).optional(),
})
export type ErrorShape = z.infer<typeof errorShapeSchema>

export interface SlipwayErrorOptions {
  readonly state?: string | undefined
  readonly hint?: string | undefined
  readonly retryable?: boolean | undefined
  readonly cause?: unknown
  readonly details?: Readonly<Record<string, string>> | undefined
}

/** An expected failure. Anything else that is thrown is a bug. */
export class SlipwayError extends Error {
  readonly code: ErrorCode
  readonly state: string | undefined
  readonly hint: string | undefined
  readonly retryable: boolean
  readonly details: Readonly<Record<string, string>> | undefined

  constructor(code: ErrorCode, message: string, options: SlipwayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SlipwayError'
    this.code = code
    this.state = options.state
    this.hint = options.hint
    this.retryable = options.retryable ?? false
    this.details = options.details
  }
}

/** By `code`, not by `instanceof`, so that an error from another realm is recognised too. */
export function isSlipwayError(error: unknown): error is SlipwayError {
  return (
    error instanceof Error && 'code' in error && errorCodeSchema.safeParse(error.code).success && 'retryable' in error
  )
}

/** Whether an error only says that somebody stopped waiting: not a failure, not to be shown or logged as one. */
export function isCancellation(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'operation.cancelled'))
  )
}

function causeMessages(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || error.cause === undefined || depth > 8) return []
  const cause = error.cause
  return [cause instanceof Error ? cause.message : String(cause), ...causeMessages(cause, depth + 1)]
}

/** Any thrown value as the shape that people see. What is not a SlipwayError becomes `internal`. */
export function toErrorShape(error: unknown): ErrorShape {
  if (isSlipwayError(error)) {
    return {
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      causes: causeMessages(error),
      ...(error.state === undefined ? {} : { state: error.state }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.details === undefined ? {} : { details: { ...error.details } }),
    }
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'internal',
    message: `Slipway met an unexpected error: ${message}`,
    hint: 'This is a fault in Slipway. Please report it with the log file.',
    retryable: false,
    causes: causeMessages(error),
  }
}

/** The way back: an error received over the contract or read from a journal, to be thrown again. */
export function fromErrorShape(shape: ErrorShape): SlipwayError {
  const { code, message, causes, ...rest } = shape
  return new SlipwayError(code, message, { ...rest, cause: causes.length > 0 ? causes.join('; ') : undefined })
}
