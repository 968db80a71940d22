import type { Duplex } from 'node:stream'
import type { HostAnswer, HostQuestion, HostStatus, SshTarget } from '../../shared/contract/hosts.ts'
import { SlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { Ask, QuestionDraft } from './ask.ts'
import { backoffMs } from './backoff.ts'
import { ChannelSocket } from './channel-socket.ts'
import { CommandFiles } from './command-files.ts'
import { deferProcess } from './deferred-process.ts'
import { FACTS_SCRIPT, parseFacts } from './facts.ts'
import type { ExecOptions, ExecResult, Host, HostFacts, HostFiles, RemoteProcess, SocketTarget } from './host.ts'
import { CLOCK_SCRIPT, HostClock, readClock } from './host-clock.ts'
import type { HostKeyStore } from './host-key-store.ts'
import { OpenQuestion } from './open-question.ts'
import { buildCommandLine } from './quote.ts'
import { buildRemoteCommand, type RemoteCommand, SUDO } from './remote-command.ts'
import { runCommand } from './run-command.ts'
import type { SecretKeeper } from './secret-keeper.ts'
import { SftpFiles } from './sftp-files.ts'
import { connectChain } from './ssh-connect.ts'
import { commandsForbidden, connectionLost } from './ssh-errors.ts'
import { SshLink } from './ssh-link.ts'
import { switchFiles } from './switched-files.ts'
import { unlessAborted } from './unless-aborted.ts'

/** A connection that held this long was good: the next loss starts with a short pause again. */
const STABLE_AFTER_MS = 60_000
/** For the first look at the host and for proving, after a sleep, that it still answers. */
const FACTS_TIMEOUT_MS = 15_000
const WAKE_PROBE_TIMEOUT_MS = 4_000

export interface SshHostOptions {
  readonly id: string
  readonly label: string
  /** Read on every connect, so that a changed ssh config is followed. */
  readonly target: () => Promise<SshTarget>
  readonly secrets: SecretKeeper
  readonly keys: HostKeyStore
  readonly usesSudo: boolean
  readonly keepaliveIntervalMs?: number
}

/** A host over SSH: one connection, opened on demand, kept alive, re-opened with back-off. */
export class SshHost implements Host {
  readonly id: string
  label: string
  readonly kind = 'ssh'
  readonly files: HostFiles
  readonly #options: SshHostOptions
  readonly #listeners = new Set<(status: HostStatus) => void>()
  #status: HostStatus = { kind: 'idle' }
  #usesSudo: boolean
  #link: SshLink | null = null
  #facts: HostFacts | null = null
  readonly #clock = new HostClock()
  #attempt: Promise<HostFacts> | null = null
  /** Ends the attempt or the pause under way; renewed by every connect. */
  #run = new AbortController()
  #retryTimer: NodeJS.Timeout | undefined
  #failures = 0
  #connectedAt = 0
  /** Set while nobody is to be asked; holds what somebody would have been asked. */
  #quiet: { asked: Extract<HostStatus, { kind: 'idle' }>['asks'] } | null = null
  /** The user disconnected: nothing but `connect` opens the connection again. */
  #closed = false
  readonly #question = new OpenQuestion()
  #disposed = false

  constructor(options: SshHostOptions) {
    this.#options = options
    this.id = options.id
    this.label = options.label
    this.#usesSudo = options.usesSudo
    const exec = (argv: readonly string[], execOptions: ExecOptions) => this.exec(argv, execOptions)
    const byCommand = new CommandFiles(exec, () => this.label, false)
    const bySudo = new CommandFiles(exec, () => this.label, true)
    const bySftp = new SftpFiles(
      async (work) => (await this.#liveLink()).withSftp(work),
      byCommand,
      () => this.label,
    )
    this.files = switchFiles(() => (this.usesSudo ? bySudo : bySftp), byCommand)
  }

  get status(): HostStatus {
    return this.#status
  }

  get usesSudo(): boolean {
    return this.#usesSudo && this.#facts?.uid !== 0
  }

  setUsesSudo(usesSudo: boolean): void {
    this.#usesSudo = usesSudo
  }

  /** What the last connection found; null before the first. */
  get facts(): HostFacts | null {
    return this.#facts
  }

  /** Channels open on the link now, for leak tests. */
  get openChannels(): number {
    return this.#link?.openChannels ?? 0
  }

  /** What listens to the host and to its link now, for leak tests. */
  get listeners(): number {
    return this.#listeners.size + (this.#link?.listeners ?? 0)
  }

  subscribe(listener: (status: HostStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async connect(options: { readonly signal?: AbortSignal } = {}): Promise<HostFacts> {
    if (this.#disposed) throw new SlipwayError('host.not-connected', `${this.label} was removed.`)
    if (this.#status.kind === 'connected' && this.#facts) return this.#facts
    // An attempt that has come to its question ends now, and only another one asks it.
    if (this.#quiet?.asked !== undefined) await this.#attempt?.catch(() => {})
    this.#quiet = null
    this.#begin()
    this.#attempt ??= this.#startAttempt()
    return options.signal ? unlessAborted(this.#attempt, options.signal) : this.#attempt
  }

  /**
   * Connects, and goes on trying, as long as nobody has to be asked anything; then it gives up, and its state says
   * what the question would be. `connect` asks it.
   */
  connectQuietly(): void {
    if (this.#disposed || this.#attempt !== null || this.#status.kind === 'connected') return
    this.#quiet = { asked: undefined }
    this.#begin()
    this.#attempt = this.#startAttempt()
    this.#attempt.catch(() => {})
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return runCommand(this.label, argv, options, async (signal) => {
      const link = await this.#liveLink(signal)
      return link.start(this.#command(argv, options), signal)
    })
  }

  spawn(argv: readonly string[], options: ExecOptions = {}): RemoteProcess {
    const start = async (): Promise<RemoteProcess> => {
      const link = await this.#liveLink(options.signal)
      return link.start(this.#command(argv, options), options.signal)
    }
    return deferProcess(start(), options)
  }

  openSocket(target: SocketTarget): Duplex {
    return new ChannelSocket(async (signal, socket) => {
      const link = await this.#liveLink(signal)
      return link.openEnds('argv' in target ? this.#command(target.argv, target) : target, socket, signal)
    })
  }

  describeCommand(argv: readonly string[], options: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'> = {}): string {
    return buildCommandLine(argv, {
      cwd: options.cwd,
      env: options.env,
      prefix: this.#goesBySudo(options.sudo) ? SUDO : [],
    })
  }

  now(): number {
    return this.#clock.now()
  }

  async readClock(options: Pick<ExecOptions, 'signal' | 'timeoutMs'> = {}): Promise<number> {
    const argv = ['sh', '-c', CLOCK_SCRIPT]
    let beginMs = 0
    const { stdout } = await runCommand(this.label, argv, options, async (signal) => {
      const link = await this.#liveLink(signal)
      beginMs = performance.now()
      return link.start(buildRemoteCommand(argv), signal)
    })
    this.#clock.correct(readClock(stdout, { beginMs, endMs: performance.now() }))
    return this.#clock.now()
  }

  /** Gives the answer to the open question; one that is no longer open is passed over. */
  answer(questionId: string, answer: HostAnswer): void {
    this.#question.answer(questionId, answer)
  }

  /**
   * After the computer slept: a connection that does not answer at once is rebuilt, a pause is cut short. The monotonic
   * clock of some systems sleeps too, so it is the clock that is asked for.
   */
  async wake(): Promise<void> {
    const link = this.#link
    if (link && !link.lost && this.#status.kind === 'connected') {
      const timer = setTimeout(() => link.fail(connectionLost(this.label)), WAKE_PROBE_TIMEOUT_MS)
      await this.readClock().catch(() => {})
      clearTimeout(timer)
    }
    if (this.#status.kind === 'waiting') await this.connect().catch(() => {})
  }

  /** Closes the connection and stays closed until the next `connect`. */
  async disconnect(): Promise<void> {
    this.#closed = true
    this.#quiet = null
    clearTimeout(this.#retryTimer)
    this.#run.abort(new SlipwayError('operation.cancelled', 'The connection attempt was given up.'))
    // It takes no part in what comes next; whoever waits for it is told.
    this.#attempt = null
    const link = this.#link
    this.#link = null
    link?.end()
    this.#setStatus({ kind: 'idle' })
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    await this.disconnect()
    this.#listeners.clear()
  }

  #begin(): void {
    clearTimeout(this.#retryTimer)
    this.#closed = false
  }

  #startAttempt(): Promise<HostFacts> {
    const attempt = this.#open().finally(() => {
      if (this.#attempt === attempt) this.#attempt = null
    })
    return attempt
  }

  async #open(): Promise<HostFacts> {
    this.#run = new AbortController()
    const { signal } = this.#run
    this.#setStatus({ kind: 'connecting', since: new Date().toISOString(), attempt: this.#failures + 1 })
    try {
      const target = await this.#options.target()
      const ask: Ask = (draft, until) => this.#ask(draft, until)
      const { secrets, keys, keepaliveIntervalMs } = this.#options
      const interval = keepaliveIntervalMs === undefined ? {} : { keepaliveIntervalMs }
      const clients = await connectChain({ target, ask, secrets, keys, signal, ...interval })
      const link = new SshLink(clients, this.label)
      if (signal.aborted) {
        link.end()
        throw signal.reason
      }
      this.#link = link
      link.onLost((error) => this.#onLost(error, link))
      this.#facts = await this.#lookAround(link)
      this.#connectedAt = performance.now()
      this.#setStatus({ kind: 'connected', since: new Date().toISOString() })
      return this.#facts
    } catch (error) {
      if (!signal.aborted) this.#onAttemptFailed(error)
      throw error
    }
  }

  /** The first command also makes sshd set TCP_NODELAY: a connection with forwarded channels only stalls for 40 ms. */
  async #lookAround(link: SshLink): Promise<HostFacts> {
    const argv = ['sh', '-c', FACTS_SCRIPT]
    const beginMs = performance.now()
    const options = { timeoutMs: FACTS_TIMEOUT_MS, okCodes: 'any' } as const
    const result = await runCommand(this.label, argv, options, (signal) => link.start(buildRemoteCommand(argv), signal))
    this.#clock.correct(readClock(result.stdout, { beginMs, endMs: performance.now() }))
    const facts = parseFacts(result.stdout)
    if (facts.user === '') throw commandsForbidden(this.label, result)
    return facts
  }

  #onAttemptFailed(error: unknown): void {
    this.#link?.end()
    this.#link = null
    const asks = this.#quiet?.asked
    const shape = toErrorShape(error)
    if (asks !== undefined) this.#setStatus({ kind: 'idle', asks })
    else if (shape.retryable && !this.#disposed) this.#scheduleRetry(error)
    else this.#setStatus({ kind: 'failed', error: shape })
  }

  #onLost(error: SlipwayError, link: SshLink | null = this.#link): void {
    if (link !== this.#link || this.#link === null) return
    this.#link = null
    if (this.#disposed || error.code === 'host.not-connected') return
    // During an attempt the attempt itself reports the failure.
    if (this.#attempt) return
    if (performance.now() - this.#connectedAt > STABLE_AFTER_MS) this.#failures = 0
    this.#scheduleRetry(error)
  }

  #retry(): void {
    if (this.#quiet === null) void this.connect().catch(() => {})
    else this.connectQuietly()
  }

  #scheduleRetry(error: unknown): void {
    this.#failures++
    const pauseMs = backoffMs(this.#failures)
    const retryAt = new Date(Date.now() + pauseMs).toISOString()
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#retry(), pauseMs)
    this.#setStatus({ kind: 'waiting', error: toErrorShape(error), retryAt, attempt: this.#failures })
  }

  async #ask(draft: QuestionDraft, until: AbortSignal): Promise<HostAnswer> {
    if (this.#quiet === null) return this.#question.ask(draft, until, (question) => this.#show(question))
    this.#quiet.asked = draft.kind === 'secret' ? draft.purpose : draft.kind
    throw new SlipwayError('operation.cancelled', `Connecting to ${this.label} needs an answer, and nobody was asked.`)
  }

  /** Shows a question as the state; what was the state comes back, unless something has happened meanwhile. */
  #show(question: HostQuestion): () => void {
    const before = this.#status
    const shown: HostStatus = { kind: 'question', question }
    this.#setStatus(shown)
    return () => {
      if (this.#status === shown) this.#setStatus(before)
    }
  }

  /** The link, opened on demand; while a pause before the next attempt runs, the reason for it is the answer. */
  async #liveLink(signal?: AbortSignal): Promise<SshLink> {
    if (this.#link && !this.#link.lost) return this.#link
    const { kind } = this.#status
    const isHeldOff = this.#closed || this.#quiet?.asked !== undefined || kind === 'waiting' || kind === 'failed'
    if (isHeldOff) throw this.#notConnected()
    await this.connect(signal ? { signal } : {})
    const link = this.#link as SshLink | null
    if (!link || link.lost) throw this.#notConnected()
    return link
  }

  #notConnected(): SlipwayError {
    const status = this.#status
    const reason = status.kind === 'waiting' || status.kind === 'failed' ? ` ${status.error.message}` : ''
    return new SlipwayError('host.not-connected', `Slipway is not connected to ${this.label}.${reason}`, {
      state: 'Nothing was sent to the host.',
      hint: status.kind === 'failed' ? status.error.hint : 'Slipway reconnects by itself, or connect now.',
      retryable: status.kind !== 'failed',
    })
  }

  #goesBySudo(sudo: boolean | undefined): boolean {
    return sudo === true && this.#facts?.uid !== 0
  }

  #command(argv: readonly string[], { cwd, env, sudo }: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'>): RemoteCommand {
    return buildRemoteCommand(argv, { cwd, env, sudo: this.#goesBySudo(sudo) })
  }

  #setStatus(status: HostStatus): void {
    this.#status = status
    for (const listener of [...this.#listeners]) listener(status)
  }
}
