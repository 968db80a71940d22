import { setTimeout as sleep } from 'node:timers/promises'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'

/** How long an operation waits for its host before it is left interrupted in the journal. */
export const RECONNECT_LIMIT_MS = 5 * 60_000
const RETRY_MS = 2_000

/** Whether the way to the host broke, which says nothing about the stack. */
export function isConnectionError(error: unknown): boolean {
  return (
    isSlipwayError(error) && ['host.connection-lost', 'host.unreachable', 'host.not-connected'].includes(error.code)
  )
}

/** Waits until the host is connected again. Throws `operation.interrupted` when it stays away. */
export async function waitForConnection(host: Host, signal: AbortSignal, limitMs = RECONNECT_LIMIT_MS): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    signal.throwIfAborted()
    try {
      await host.connect({ signal })
      // A connection that died without a word still looks connected.
      await host.exec(['true'], { signal, timeoutMs: 10_000 })
      return
    } catch (error) {
      signal.throwIfAborted()
      if (performance.now() > deadline) throw awayError(host, error)
    }
    await sleep(RETRY_MS, undefined, { signal })
  }
}

function awayError(host: Host, cause: unknown): SlipwayError {
  return new SlipwayError('operation.interrupted', `${host.label} cannot be reached, so the operation stands still.`, {
    state: 'The journal on the host tells how far it came.',
    hint: 'When the host is back, resume the operation or roll it back.',
    retryable: true,
    cause,
  })
}
