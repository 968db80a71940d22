import { ORPCError } from '@orpc/client'
import { type ErrorShape, errorShapeSchema } from '../../shared/errors.ts'
import { ConnectionLostError } from './connection.ts'

/** Any failure of a call as the shape that people see. */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof ORPCError) {
    const shape = errorShapeSchema.safeParse(error.data)
    if (shape.success) return shape.data
  }
  if (error instanceof ConnectionLostError) return lost([])
  const message = error instanceof Error ? error.message : String(error)
  // The link rejects calls in flight with plain errors of these texts when the way closes under them.
  if (/not open|closed|aborted/i.test(message)) return lost([message])
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
