import type { ClientChannel } from 'ssh2'
import type { SlipwayError } from '../../shared/errors.ts'
import type { RemoteProcess } from './host.ts'

/** Time for a command to end on a polite signal before it is killed. */
const KILL_AFTER_MS = 2_000

/** A session channel as a process whose end can be trusted: a lost connection rejects `exit` instead of looking clean. */
export function startProcess(
  channel: ClientChannel,
  onLost: (listener: (error: SlipwayError) => void) => () => void,
): RemoteProcess {
  let ended = false
  let killTimer: NodeJS.Timeout | undefined
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    let status: { code: number | null; signal: string | null } = { code: null, signal: null }
    const stop = onLost((error) => {
      ended = true
      clearTimeout(killTimer)
      reject(error)
      channel.destroy()
    })
    channel.on('exit', (code: number | null, signal?: string) => {
      status = { code, signal: signal ?? null }
    })
    channel.on('error', () => {})
    channel.once('close', () => {
      stop()
      ended = true
      clearTimeout(killTimer)
      resolve(status)
    })
  })
  // The caller may look at the streams first; an early rejection must not count as unhandled.
  exit.catch(() => {})

  const kill = () => {
    if (ended || killTimer) return
    sendSignal(channel, 'TERM')
    killTimer = setTimeout(() => {
      if (ended) return
      sendSignal(channel, 'KILL')
      channel.close()
    }, KILL_AFTER_MS).unref()
    // Unread output would keep the channel from closing.
    channel.resume()
    channel.stderr.resume()
  }
  return { stdin: channel, stdout: channel, stderr: channel.stderr as never, exit, kill }
}

interface ChannelInternals {
  readonly outgoing: { readonly id: number; readonly state: string }
  readonly _client: { readonly _protocol: { signal(id: number, name: string): void } }
}

/**
 * `channel.signal` of ssh2 1.17 does nothing once stdin has been ended, although SSH allows it: then the request is
 * sent by the protocol itself. The conformance suite notices when a new ssh2 changes this.
 */
function sendSignal(channel: ClientChannel, name: 'TERM' | 'KILL'): void {
  const { outgoing, _client } = channel as unknown as ChannelInternals
  if (outgoing.state === 'eof') _client._protocol.signal(outgoing.id, name)
  else channel.signal(name)
}
