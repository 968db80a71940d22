import { ORPCError } from '@orpc/client'
import { type ErrorShape, errorShapeSchema } from '../../shared/errors.ts'
import { ConnectionLostError } from './connection.ts'

/** Whether a call failed because the way to the main process is gone, not because of what was asked. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof ORPCError || !(error instanceof Error)) return false
  // The link rejects what is in flight with plain errors of these texts when the way closes under it.
  return error instanceof ConnectionLostError || /not open|closed|aborted/i.test(error.message)
}

/** Any failure of a call as the shape that people see. */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof ORPCError) {
    const shape = errorShapeSchema.safeParse(error.data)
    if (shape.success) return shape.data
  }
  const message = error instanceof Error ? error.message : String(error)
  if (isConnectionLost(error)) return lost([message])
  return {
    code: 'internal',
    message: `Slipway met an unexpected error: ${message}`,
    hint: 'This is a fault in Slipway. Please report it with the log file.',
    retryable: false,
    causes: [],
  }
}

function lost(causes: string[]): ErrorShape {
  return {
    code: 'internal',
    message: 'The connection between this page and Slipway was lost during the call.',
    state: 'Whether the call took effect is not known; what is on the host is shown again after reconnecting.',
    hint: 'Wait for the connection to come back, look at the state, and try again if needed.',
    retryable: true,
    causes,
  }
}
