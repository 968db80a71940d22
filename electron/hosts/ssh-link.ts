import type { Client, ClientChannel, SFTPWrapper } from 'ssh2'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { ChannelSocket, SocketEnds } from './channel-socket.ts'
import type { SocketTarget } from './host.ts'
import { buildKillLine, type RemoteCommand } from './remote-command.ts'
import { Semaphore } from './semaphore.ts'
import { connectionLost, forwardError, sessionRefused } from './ssh-errors.ts'
import { type ProcessLink, SshProcess } from './ssh-process.ts'
import { forwardEnds, processEnds } from './ssh-socket-ends.ts'
import { NoSftpError } from './switched-files.ts'

/**
 * sshd refuses more than MaxSessions (10) session channels on one connection: one is for SFTP, one for ending
 * commands, and the rest is shared so that neither commands nor sockets that run a command can starve the other.
 */
const COMMAND_CHANNELS = 4
const SOCKET_CHANNELS = 4
/** Where sshd allows fewer, an open is tried again after this pause, until another channel has closed. */
const REOPEN_PAUSE_MS = 100
const REOPEN_FOR_MS = 20_000
/** How long a server is given that refuses though nothing of ours is open: it may be slow to notice an end. */
const REOPEN_ALONE_FOR_MS = 2_000

type ForwardTarget = Exclude<SocketTarget, { argv: readonly string[] }>

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
  #sftpUsers = 0
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
    this.#client.once('close', () => {
      this.#fail(connectionLost(label, this.#lastError ?? undefined))
      for (const client of clients) client.destroy()
    })
  }

  /** Set once the connection is gone. */
  get lost(): SlipwayError | null {
    return this.#lost
  }

  /** Sockets and commands under way, for leak tests. */
  get openChannels(): number {
    return this.#sockets.size + this.#commands.held
  }

  /** What listens to the connection, for leak tests. */
  get listeners(): number {
    const counts = this.#clients.flatMap((client) => client.eventNames().map((name) => client.listenerCount(name)))
    return counts.reduce((sum, count) => sum + count, this.#onLost.size)
  }

  /** Calls once when the connection is lost; at once where it is already. Returns how to stop listening. */
  onLost(listener: (error: SlipwayError) => void): () => void {
    if (this.#lost) listener(this.#lost)
    else this.#onLost.add(listener)
    return () => this.#onLost.delete(listener)
  }

  /** Opens what a socket consists of; the socket is destroyed when the connection is lost. */
  openEnds(target: ForwardTarget | RemoteCommand, socket: ChannelSocket, signal: AbortSignal): Promise<SocketEnds> {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    if ('line' in target) return this.#start(target, this.#socketCommands, signal).then(processEnds)
    return this.#forward(target)
  }

  /** Starts a command. Waits for a free session where too many run. */
  start(command: RemoteCommand, signal?: AbortSignal): Promise<SshProcess> {
    return this.#start(command, this.#commands, signal)
  }

  async #start(command: RemoteCommand, places: Semaphore, signal?: AbortSignal): Promise<SshProcess> {
    const release = await this.#unlessLost(places.acquire(signal))
    try {
      const link: ProcessLink = {
        onLost: (listener) => this.onLost(listener),
        killGroup: (group, asRoot) => this.#killGroup(group, asRoot),
      }
      const process = await this.#openSession<ClientChannel, SshProcess>(
        (done) => this.#client.exec(command.line, done),
        (channel) => new SshProcess(channel, command, link),
        signal,
      )
      process.exit.then(release, release)
      return process
    } catch (error) {
      release()
      signal?.throwIfAborted()
      throw isSlipwayError(error) ? error : sessionRefused(this.#label, error)
    }
  }

  /** Works with the one SFTP session, which is opened when first needed. */
  async withSftp<T>(work: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
    this.#sftpUsers++
    try {
      this.#sftp ??= this.#openSftp()
      return await this.#unlessLost(this.#sftp.then(work))
    } finally {
      this.#sftpUsers--
    }
  }

  async #openSftp(): Promise<SFTPWrapper> {
    try {
      return await this.#openSession<SFTPWrapper, SFTPWrapper>(
        (done) => this.#client.sftp(done),
        (sftp) => {
          sftp.on('error', () => {})
          return sftp.once('close', () => {
            this.#sftp = null
          })
        },
      )
    } catch (error) {
      this.#sftp = null
      if (isSlipwayError(error)) throw error
      throw this.#lost ?? new NoSftpError('The server has no SFTP', { cause: error })
    }
  }

  /** Ends the connection for good; what is in flight fails with `host.not-connected`. */
  end(): void {
    this.fail(
      new SlipwayError('host.not-connected', `The connection to ${this.#label} was closed by Slipway.`, {
        retryable: true,
      }),
    )
  }

  /** Ends the connection, because of `error`. */
  fail(error: SlipwayError): void {
    this.#fail(error)
    for (const client of [...this.#clients].reverse()) client.end()
    for (const client of this.#clients) client.destroy()
  }

  #fail(error: SlipwayError): void {
    if (this.#lost) return
    this.#lost = error
    for (const socket of [...this.#sockets]) socket.destroy(error)
    const listeners = [...this.#onLost]
    this.#onLost.clear()
    for (const listener of listeners) listener(error)
  }

  /** Session channels may be refused for want of room (MaxSessions): gives up the idle SFTP session, waits, tries again. */
  async #openSession<C, T>(
    start: (done: (error: Error | undefined, channel: C) => void) => void,
    wrap: (channel: C) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    const begin = performance.now()
    let aloneSince: number | null = null
    for (;;) {
      signal?.throwIfAborted()
      try {
        return await this.#open(start, wrap)
      } catch (error) {
        if (this.#lost) throw this.#lost
        if (!isRefused(error)) throw error
        const now = performance.now()
        aloneSince = this.#hasSessions() ? null : (aloneSince ?? now)
        const isInVain = aloneSince !== null && now - aloneSince > REOPEN_ALONE_FOR_MS
        if (isInVain || now - begin > REOPEN_FOR_MS) throw sessionRefused(this.#label, error)
        this.#closeIdleSftp()
        await new Promise((resolve) => setTimeout(resolve, REOPEN_PAUSE_MS))
      }
    }
  }

  /** Whether anything but the session that is being opened takes up room. */
  #hasSessions(): boolean {
    return this.#sftp !== null || this.#commands.held + this.#socketCommands.held > 1
  }

  #closeIdleSftp(): void {
    if (this.#sftpUsers > 0) return
    this.#sftp?.then((sftp) => sftp.end()).catch(() => {})
    this.#sftp = null
  }

  async #killGroup(group: number, asRoot: boolean): Promise<void> {
    const closed = await this.#openSession<ClientChannel, { readonly done: Promise<void> }>(
      (done) => this.#client.exec(buildKillLine(group, asRoot), done),
      (channel) => {
        channel.resume()
        channel.stderr.resume()
        channel.end()
        return { done: new Promise((resolve) => channel.once('close', resolve)) }
      },
    )
    await this.#unlessLost(closed.done)
  }

  async #forward(target: ForwardTarget): Promise<SocketEnds> {
    try {
      return await this.#open<ClientChannel, SocketEnds>((done) => {
        if ('path' in target) this.#client.openssh_forwardOutStreamLocal(target.path, done)
        else this.#client.forwardOut('127.0.0.1', 0, target.host, target.port, done)
      }, forwardEnds)
    } catch (error) {
      throw this.#lost ?? forwardError(this.#label, target, error)
    }
  }

  /** `wrap` is called at once: a short command's exit may come in the same packet, and nobody hears it twice. */
  #open<C, T>(
    start: (done: (error: Error | undefined, channel: C) => void) => void,
    wrap: (channel: C) => T,
  ): Promise<T> {
    return this.#unlessLost(
      new Promise<T>((resolve, reject) => {
        start((error, channel) => (error ? reject(error) : resolve(wrap(channel))))
      }),
    )
  }

  /** A connection that dies calls nobody back. */
  #unlessLost<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.onLost(reject)
      work.then(resolve, reject).finally(stop)
    })
  }
}

/** Whether the server would not open the channel, as opposed to not doing what it is for. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && 'reason' in error
}
