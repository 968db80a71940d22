import { Transform } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import type { SlipwayError } from '../../shared/errors.ts'
import type { RemoteProcess } from './host.ts'
import { Preamble, type RemoteCommand } from './remote-command.ts'

/** Time for a command to end on a polite signal. Servers before OpenSSH 7.9 know no signals at all. */
const SIGNAL_GRACE_MS = 1_000
/** Past this the channel is closed, whatever became of the process. */
const CLOSE_AFTER_MS = 6_000

export type ProcessEnd = Awaited<RemoteProcess['exit']>

/** What a process needs of the connection that it runs over. */
export interface ProcessLink {
  onLost(listener: (error: SlipwayError) => void): () => void
  /** Ends a process group on the host by another command. */
  killGroup(group: number, asRoot: boolean): Promise<void>
}

/** The output of a command, without what its login shell printed before. */
class CommandOutput extends Transform {
  readonly preamble: Preamble

  constructor(marker: string) {
    super()
    this.preamble = new Preamble(marker)
    // Its owner may be gone when the connection is lost.
    this.on('error', () => {})
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data: Buffer) => void): void {
    done(null, this.preamble.take(chunk))
  }

  override _flush(done: (error: null, data: Buffer) => void): void {
    done(null, this.preamble.flush())
  }
}

/** A session channel as a process whose end can be trusted: a lost connection is an error and never a clean end. */
export class SshProcess implements RemoteProcess {
  readonly stdin: ClientChannel
  readonly stdout: CommandOutput
  readonly stderr: CommandOutput
  readonly exit: Promise<ProcessEnd>
  readonly #channel: ClientChannel
  readonly #command: RemoteCommand
  readonly #link: ProcessLink
  readonly #timers: NodeJS.Timeout[] = []
  #ended = false
  #killing = false

  constructor(channel: ClientChannel, command: RemoteCommand, link: ProcessLink) {
    this.#channel = channel
    this.#command = command
    this.#link = link
    this.stdin = channel
    this.stdout = new CommandOutput(command.marker)
    this.stderr = new CommandOutput(command.marker)
    this.exit = this.#follow()
    // Whoever reads the streams first meets the error there.
    this.exit.catch(() => {})
    channel.on('error', () => {})
    channel.pipe(this.stdout)
    channel.stderr.pipe(this.stderr)
  }

  /** The command, for messages. */
  get shown(): string {
    return this.#command.shown
  }

  kill(): void {
    if (this.#ended || this.#killing) return
    this.#killing = true
    // Unread output would keep the channel from closing.
    this.stdout.resume()
    this.stderr.resume()
    if (!this.#command.asRoot) sendSignal(this.#channel, 'TERM')
    this.#later(this.#command.asRoot ? 0 : SIGNAL_GRACE_MS, () => this.#killGroup())
    this.#later(CLOSE_AFTER_MS, () => this.#channel.close())
  }

  #follow(): Promise<ProcessEnd> {
    return new Promise((resolve, reject) => {
      let end: ProcessEnd = { code: null, signal: null }
      const stop = this.#link.onLost((error) => {
        this.#finish()
        reject(error)
        // Before ssh2 lets the channel end as if all had been said.
        this.stdout.destroy(error)
        this.stderr.destroy(error)
        this.#channel.destroy()
      })
      this.#channel.on('exit', (code: number | null, signal?: string) => {
        end = { code, signal: signal ?? null }
      })
      this.#channel.once('close', () => {
        stop()
        this.#finish()
        resolve(end)
      })
    })
  }

  #killGroup(): void {
    const group = Number(this.stderr.preamble.rest)
    if (!Number.isInteger(group) || group <= 1) sendSignal(this.#channel, 'KILL')
    else this.#link.killGroup(group, this.#command.asRoot).catch(() => sendSignal(this.#channel, 'KILL'))
  }

  #later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      if (!this.#ended) work()
    }, delayMs)
    this.#timers.push(timer)
  }

  #finish(): void {
    this.#ended = true
    for (const timer of this.#timers) clearTimeout(timer)
  }
}

interface ChannelInside {
  readonly outgoing: { readonly id: number; readonly state: string }
  readonly _client: { readonly _protocol: { signal(channel: number, name: string): void } }
}

/** ssh2's own `signal` says nothing once stdin has been ended, which is when commands are ended. */
function sendSignal(channel: ClientChannel, name: 'TERM' | 'KILL'): void {
  const { outgoing, _client } = channel as unknown as ChannelInside
  if (outgoing.state === 'open' || outgoing.state === 'eof') _client._protocol.signal(outgoing.id, name)
}
