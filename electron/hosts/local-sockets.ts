import { connect, type Socket } from 'node:net'
import { type ErrorCode, SlipwayError } from '../../shared/errors.ts'
import type { SocketEnds } from './channel-socket.ts'
import type { SocketTarget } from './host.ts'

type NetTarget = Exclude<SocketTarget, { argv: readonly string[] }>

/** Opens a socket of this computer: a Unix socket, a Windows pipe, or TCP. */
export function connectLocally(label: string, target: NetTarget, signal: AbortSignal): Promise<SocketEnds> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...target, allowHalfOpen: true })
    let failure: Error | null = null
    // Stays for the life of the socket: without a listener an error would end the app.
    socket.on('error', (error) => {
      failure = error
      reject(localSocketError(label, target, error))
    })
    const onAbort = () => {
      socket.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort)
      socket.setNoDelay(true)
      resolve(netEnds(socket, () => (failure === null ? null : lost(label, target, failure))))
    })
  })
}

function netEnds(socket: Socket, failure: () => Error | null): SocketEnds {
  return {
    input: socket,
    output: socket,
    closed: new Promise((resolve) => socket.once('close', () => resolve(failure()))),
    endsWhenClosed: false,
    dispose: () => socket.destroy(),
  }
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'host.file-missing',
  ENOTSOCK: 'host.file-missing',
  EACCES: 'host.permission-denied',
  EPERM: 'host.permission-denied',
}

function placeOf(target: NetTarget): string {
  return 'path' in target ? target.path : `${target.host}:${target.port}`
}

function localSocketError(label: string, target: NetTarget, error: NodeJS.ErrnoException): SlipwayError {
  const code = ('path' in target && CODES[error.code ?? '']) || 'host.unreachable'
  const text = {
    'host.file-missing': `${label} has no socket at ${placeOf(target)}.`,
    'host.permission-denied': `This user may not use the socket ${placeOf(target)} of ${label}.`,
  }
  return new SlipwayError(
    code,
    text[code as keyof typeof text] ?? `Nothing answers on ${placeOf(target)} of ${label}.`,
    { retryable: code === 'host.unreachable', cause: error },
  )
}

function lost(label: string, target: NetTarget, cause: Error): SlipwayError {
  return new SlipwayError('host.connection-lost', `The connection to ${placeOf(target)} of ${label} broke off.`, {
    retryable: true,
    cause,
  })
}
