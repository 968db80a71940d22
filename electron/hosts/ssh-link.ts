import type { Client, ClientChannel, SFTPWrapper } from 'ssh2'
import { SlipwayError } from '../../shared/errors.ts'
import { ChannelSocket } from './channel-socket.ts'
import type { RemoteProcess, SocketTarget } from './host.ts'
import { Semaphore } from './semaphore.ts'
import { connectionLost } from './ssh-errors.ts'
import { startProcess } from './ssh-process.ts'

/**
 * sshd refuses more than MaxSessions (10) session channels on one connection: one is SFTP's, and the rest is shared
 * so that neither commands nor sockets that run a command can starve the other.
 */
const COMMAND_CHANNELS = 4
const SOCKET_CHANNELS = 4
/** Where sshd allows fewer, an open is tried again when another channel has closed, or after this pause. */
const REOPEN_PAUSE_MS = 150
const REOPEN_TRIES = 40

/** What to run for a socket whose stream is a command's stdin and stdout. */
type CommandLine = (argv: readonly string[], sudo: boolean) => string

/** One live SSH connection: opens channels, and when it is lost tells everything that rides on it, with a typed error. */
export class SshLink {
  readonly #clients: readonly Client[]
  readonly #client: Client
  readonly #label: string
  readonly #sockets = new Set<ChannelSocket>()
  readonly #onLost = new Set<(error: SlipwayError) => void>()
  readonly #commands = new Semaphore(COMMAND_CHANNELS)
  readonly #socketCommands = new Semaphore(SOCKET_CHANNELS)
  #sftp: Promise<SFTPWrapper> | null = null
  #lost: SlipwayError | null = null
  #lastError: Error | null = null

  constructor(clients: readonly Client[], label: string) {
    this.#clients = clients
    this.#client = clients.at(-1) as Client
    this.#label = label
    for (const client of clients) {
      client.on('error', (error) => {
        this.#lastError = error
      })
    }
    // ssh2 emits `close` before it ends its channels: what rides on them learns the truth before a clean-looking EOF.
    this.#client.once('close', () => this.#fail(connectionLost(label, this.#lastError ?? undefined)))
  }

  /** Set once the connection is gone. */
  get lost(): SlipwayError | null {
    return this.#lost
  }

  /** Channels open now, for leak tests. */
  get openChannels(): number {
    return this.#sockets.size + this.#commands.held
  }

  /** Calls once when the connection is lost; at once where it is already. Returns how to stop listening. */
  onLost(listener: (error: SlipwayError) => void): () => void {
    if (this.#lost) listener(this.#lost)
    else this.#onLost.add(listener)
    return () => this.#onLost.delete(listener)
  }

  openSocket(target: SocketTarget, commandLine: CommandLine): ChannelSocket {
    let release = () => {}
    const socket: ChannelSocket = new ChannelSocket({
      open: async () => {
        if (this.#lost) throw this.#lost
        if (!('argv' in target)) return this.#forward(target)
        release = await this.#socketCommands.acquire()
        return this.#openSession(commandLine(target.argv, target.sudo === true))
      },
      ...('argv' in target ? { exitError: (code, stderr) => socketCommandError(target.argv, code, stderr) } : {}),
      onClose: () => {
        release()
        this.#sockets.delete(socket)
      },
    })
    this.#sockets.add(socket)
    return socket
  }

  /** Starts a command line (already quoted and wrapped). */
  async start(commandLine: string, signal?: AbortSignal): Promise<RemoteProcess> {
    if (this.#lost) throw this.#lost
    const release = await this.#commands.acquire(signal)
    try {
      if (this.#lost) throw this.#lost
      const channel = await this.#openSession(commandLine)
      const process = startProcess(channel, (listener) => this.onLost(listener))
      const done = () => release()
      process.exit.then(done, done)
      return process
    } catch (error) {
      release()
      throw error
    }
  }

  /** The one SFTP session, opened when first needed. */
  sftp(): Promise<SFTPWrapper> {
    if (this.#lost) return Promise.reject(this.#lost)
    this.#sftp ??= new Promise<SFTPWrapper>((resolve, reject) => {
      this.onLost(reject)
      this.#client.sftp((error, sftp) => {
        if (error) {
          this.#sftp = null
          return reject(error)
        }
        sftp.once('close', () => {
          this.#sftp = null
        })
        resolve(sftp)
      })
    })
    return this.#sftp
  }

  /** Ends the connection for good; what is in flight fails with `host.not-connected`. */
  end(): void {
    this.#fail(
      new SlipwayError('host.not-connected', `The connection to ${this.#label} was closed by Slipway.`, {
        retryable: true,
      }),
    )
    for (const client of [...this.#clients].reverse()) client.end()
    for (const client of this.#clients) client.destroy()
  }

  #fail(error: SlipwayError): void {
    if (this.#lost) return
    this.#lost = error
    for (const socket of [...this.#sockets]) socket.destroy(error)
    for (const listener of [...this.#onLost]) listener(error)
    this.#onLost.clear()
  }

  /** Session channels may be refused for want of room (MaxSessions): waits and tries again. */
  async #openSession(commandLine: string): Promise<ClientChannel> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#exec(commandLine)
      } catch (error) {
        if (this.#lost) throw this.#lost
        const isRefused = (error as { reason?: unknown }).reason !== undefined
        if (!isRefused || attempt >= REOPEN_TRIES) throw sessionRefused(this.#label, error)
        await new Promise((resolve) => setTimeout(resolve, REOPEN_PAUSE_MS))
      }
    }
  }

  #exec(commandLine: string): Promise<ClientChannel> {
    return this.#open((callback) => this.#client.exec(commandLine, callback))
  }

  async #forward(target: Exclude<SocketTarget, { argv: readonly string[] }>): Promise<ClientChannel> {
    try {
      if ('path' in target) {
        return await this.#open((callback) => this.#client.openssh_forwardOutStreamLocal(target.path, callback))
      }
      return await this.#open((callback) => this.#client.forwardOut('127.0.0.1', 0, target.host, target.port, callback))
    } catch (error) {
      throw this.#lost ?? forwardError(this.#label, target, error)
    }
  }

  #open(start: (callback: (error: Error | undefined, channel: ClientChannel) => void) => void): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      // A link that dies before the answer never calls back.
      const stop = this.onLost(reject)
      try {
        start((error, channel) => {
          stop()
          if (error) reject(error)
          else resolve(channel)
        })
      } catch (error) {
        stop()
        reject(error)
      }
    })
  }
}

function sessionRefused(label: string, cause: unknown): SlipwayError {
  return new SlipwayError('host.command-failed', `${label} refused to open a session for a command.`, {
    hint: 'sshd limits sessions (MaxSessions) or forces a command for this key. Allow at least four sessions.',
    retryable: true,
    cause,
  })
}

function forwardError(label: string, target: { path: string } | { host: string; port: number }, cause: unknown) {
  const where = 'path' in target ? target.path : `${target.host}:${target.port}`
  // OpenSSH says "connect failed" (2) for sockets also where forwarding is forbidden; only for TCP does it tell them apart.
  const isForbidden = 'path' in target || (cause as { reason?: unknown }).reason === 1
  if (isForbidden) {
    return new SlipwayError('host.forwarding-forbidden', `${label} did not open a channel to ${where}.`, {
      hint: 'The socket may be missing or closed to this user, or sshd forbids forwarding (AllowTcpForwarding, AllowStreamLocalForwarding).',
      cause,
    })
  }
  return new SlipwayError('host.unreachable', `Nothing answers on ${where} of ${label}.`, { retryable: true, cause })
}

function socketCommandError(argv: readonly string[], code: number | null, stderr: string): Error | null {
  if (code === 0) return null
  const text = stderr.trim()
  return new SlipwayError(
    code === 127 ? 'host.command-missing' : 'host.command-failed',
    `${argv.slice(0, 4).join(' ')} ended with ${code === null ? 'a signal' : `exit code ${code}`}${text === '' ? '' : `: ${text}`}`,
    { details: { stderr: text, 'exit code': String(code) } },
  )
}
