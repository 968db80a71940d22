import type { ClientChannel } from 'ssh2'
import { SlipwayError } from '../../shared/errors.ts'
import type { SocketEnds } from './channel-socket.ts'
import type { RemoteProcess } from './host.ts'

/** More stderr than this of a command that failed helps nobody. */
const STDERR_LIMIT = 8 * 1024

/** A forwarded channel. */
export function forwardEnds(channel: ClientChannel): SocketEnds {
  channel.on('error', () => {})
  return {
    input: channel,
    output: channel,
    closed: new Promise((resolve) => channel.once('close', () => resolve(null))),
    endsWhenClosed: false,
    dispose() {
      // A paused channel would keep what it holds for ever.
      channel.removeAllListeners('data')
      channel.resume()
      channel.close()
    },
  }
}

/** A command whose stdin and stdout are the socket. What it says on stderr explains an end that is none. */
export function processEnds(process: RemoteProcess & { readonly shown: string }): SocketEnds {
  let said = ''
  process.stderr.on('data', (chunk: Buffer) => {
    if (said.length < STDERR_LIMIT) said += chunk.toString('utf8')
  })
  return {
    input: process.stdout,
    output: process.stdin,
    closed: process.exit.then(
      ({ code }) => (code === 0 ? null : commandError(process.shown, code, said.trim())),
      (error: Error) => error,
    ),
    endsWhenClosed: true,
    dispose() {
      process.stdout.removeAllListeners('data')
      process.kill()
    },
  }
}

function commandError(command: string, code: number | null, stderr: string): SlipwayError {
  const ending = code === null ? 'was ended by a signal' : `ended with exit code ${code}`
  return new SlipwayError(
    code === 127 ? 'host.command-missing' : 'host.command-failed',
    `${command} ${ending}${stderr === '' ? '.' : `: ${stderr}`}`,
    { details: { stderr, 'exit code': String(code) } },
  )
}
