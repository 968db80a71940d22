import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { ConnectionLostError } from './connection.ts'
import { toErrorShape } from './error-shape.ts'

describe('what a failed call shows', () => {
  it('is the typed error as the main process sent it', () => {
    const data = { code: 'host.timeout', message: 'No answer.', retryable: true, causes: ['timed out'] }
    expect(toErrorShape(new ORPCError('SLIPWAY', { data }))).toEqual(data)
  })

  it('does not claim that nothing happened when the connection was cut during the call', () => {
    for (const error of [new ConnectionLostError('x'), new Error('Queue[1] was closed or aborted while waiting')]) {
      expect(toErrorShape(error)).toMatchObject({ retryable: true, state: expect.stringContaining('not known') })
    }
  })

  it('is a fault of Slipway for anything else', () => {
    expect(toErrorShape(new TypeError('x is undefined'))).toMatchObject({ code: 'internal', retryable: false })
  })
})
