import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { PassThrough, Writable } from 'node:stream'
import type { HostAnswer, HostQuestion, HostStatus, SshTarget } from '../../shared/contract/hosts.ts'
import { isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { QuestionDraft } from './ask.ts'
import { backoffMs } from './backoff.ts'
import { CommandFiles } from './command-files.ts'
import { FACTS_SCRIPT, parseFacts } from './facts.ts'
import type { ExecOptions, ExecResult, Host, HostFacts, HostFiles, RemoteProcess, SocketTarget } from './host.ts'
import type { HostKeyStore } from './host-key-store.ts'
import { buildCommandLine, wrapForLoginShell } from './quote.ts'
import { runCommand } from './run-command.ts'
import type { SecretKeeper } from './secret-keeper.ts'
import { SftpFiles } from './sftp-files.ts'
import { connectChain } from './ssh-connect.ts'
import { connectionLost } from './ssh-errors.ts'
import { SshLink } from './ssh-link.ts'

/** A connection that held this long was good: the next loss starts with a short pause again. */
const STABLE_AFTER_MS = 60_000
/** For the first look at the host and for proving, after a sleep, that it still answers. */
const FACTS_TIMEOUT_MS = 15_000
const WAKE_PROBE_TIMEOUT_MS = 4_000
const SUDO_PREFIX = ['sudo', '-n', '--']

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

interface OpenQuestion {
  readonly question: HostQuestion
  readonly resolve: (answer: HostAnswer) => void
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
  #attempt: Promise<HostFacts> | null = null
  /** Ends the attempt or the pause under way; renewed by every connect. */
  #run = new AbortController()
  #retryTimer: NodeJS.Timeout | undefined
  #failures = 0
  #question: OpenQuestion | null = null
  #disposed = false

  constructor(options: SshHostOptions) {
    this.#options = options
    this.id = options.id
    this.label = options.label
    this.#usesSudo = options.usesSudo
    const exec = (argv: readonly string[], execOptions: ExecOptions) => this.exec(argv, execOptions)
    const byCommand = new CommandFiles(exec, this.label, false)
    const bySudo = new CommandFiles(exec, this.label, true)
    const bySftp = new SftpFiles(async () => (await this.#liveLink()).sftp(), byCommand, this.label)
    this.files = switchFiles(() => (this.#usesSudo ? bySudo : bySftp))
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

  subscribe(listener: (status: HostStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async connect(options: { readonly signal?: AbortSignal } = {}): Promise<HostFacts> {
    if (this.#disposed) throw new SlipwayError('host.not-connected', `${this.label} was removed.`)
    if (this.#link && !this.#link.lost && this.#facts) return this.#facts
    clearTimeout(this.#retryTimer)
    this.#attempt ??= this.#open().finally(() => {
      this.#attempt = null
    })
    return unlessAborted(this.#attempt, options.signal)
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return runCommand(this.label, argv, options, async (signal) => {
      const link = await this.#liveLink(signal)
      return link.start(this.#commandLine(argv, options), signal)
    })
  }

  spawn(argv: readonly string[], options: ExecOptions = {}): RemoteProcess {
    return deferProcess(async () => (await this.#liveLink()).start(this.#commandLine(argv, options)), options)
  }

  openSocket(target: SocketTarget): Duplex {
    const link = this.#link
    if (link && !link.lost) return link.openSocket(target, (argv, sudo) => this.#commandLine(argv, { sudo }))
    return failedSocket(this.#notConnected())
  }

  describeCommand(argv: readonly string[], options: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'> = {}): string {
    return buildCommandLine(argv, { cwd: options.cwd, env: options.env, prefix: this.#prefix(options.sudo) })
  }

  now(): number {
    return Date.now() + (this.#facts?.clockOffsetMs ?? 0)
  }

  /** Gives the answer to the open question; one that is no longer open is passed over. */
  answer(questionId: string, answer: HostAnswer): void {
    if (this.#question?.question.id === questionId) this.#question.resolve(answer)
  }

  /** After the computer slept: a connection that does not answer at once is rebuilt, a pause is cut short. */
  async wake(): Promise<void> {
    if (this.#status.kind === 'waiting') return void this.connect().catch(() => {})
    const link = this.#link
    if (!link || link.lost) return
    await this.exec(['true'], { timeoutMs: WAKE_PROBE_TIMEOUT_MS }).catch((error: unknown) => {
      if (this.#link === link && !link.lost) this.#onLost(connectionLost(this.label, error))
      link.end()
    })
  }

  /** Closes the connection and stays closed until the next `connect`. */
  async disconnect(): Promise<void> {
    clearTimeout(this.#retryTimer)
    this.#run.abort(new SlipwayError('operation.cancelled', 'The connection attempt was given up.'))
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

  async #open(): Promise<HostFacts> {
    this.#run = new AbortController()
    const { signal } = this.#run
    this.#setStatus({ kind: 'connecting', since: new Date().toISOString(), attempt: this.#failures + 1 })
    try {
      const target = await this.#options.target()
      const ask = (draft: QuestionDraft, until: AbortSignal) => this.#ask(draft, until)
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
      const connectedAt = Date.now()
      this.#setStatus({ kind: 'connected', since: new Date(connectedAt).toISOString() })
      link.onLost(() => {
        if (Date.now() - connectedAt > STABLE_AFTER_MS) this.#failures = 0
      })
      this.#failures = Math.min(this.#failures, 1)
      return this.#facts
    } catch (error) {
      if (!signal.aborted) this.#onAttemptFailed(error)
      throw error
    }
  }

  /** The first command also makes sshd set TCP_NODELAY: a connection with forwarded channels only stalls for 40 ms. */
  async #lookAround(link: SshLink): Promise<HostFacts> {
    const argv = ['sh', '-c', FACTS_SCRIPT]
    const begin = Date.now()
    const options = { timeoutMs: FACTS_TIMEOUT_MS, okCodes: 'any' } as const
    const result = await runCommand(this.label, argv, options, (signal) =>
      link.start(wrapForLoginShell(buildCommandLine(argv, { exec: true })), signal),
    )
    const end = Date.now()
    return parseFacts(result.stdout, end - Math.min(end - begin, 1000) / 4)
  }

  #onAttemptFailed(error: unknown): void {
    this.#link?.end()
    this.#link = null
    const shape = toErrorShape(error)
    if (shape.retryable && !this.#disposed) this.#scheduleRetry(error)
    else this.#setStatus({ kind: 'failed', error: shape })
  }

  #onLost(error: SlipwayError, link: SshLink | null = this.#link): void {
    if (link !== this.#link || this.#link === null) return
    this.#link = null
    if (this.#disposed || error.code === 'host.not-connected') return
    // During an attempt the attempt itself reports the failure.
    if (!this.#attempt) this.#scheduleRetry(error)
  }

  #scheduleRetry(error: unknown): void {
    this.#failures++
    const pauseMs = backoffMs(this.#failures)
    const retryAt = new Date(Date.now() + pauseMs).toISOString()
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => void this.connect().catch(() => {}), pauseMs)
    this.#setStatus({ kind: 'waiting', error: toErrorShape(error), retryAt, attempt: this.#failures })
  }

  async #ask(draft: QuestionDraft, signal: AbortSignal): Promise<HostAnswer> {
    const question = { ...draft, id: randomUUID() } as HostQuestion
    const before = this.#status
    const answered = new Promise<HostAnswer>((resolve, reject) => {
      this.#question = { question, resolve }
      const onAbort = () => reject(this.#run.signal.reason)
      this.#run.signal.addEventListener('abort', onAbort, { once: true })
      signal.addEventListener('abort', onAbort, { once: true })
    })
    this.#setStatus({ kind: 'question', question })
    try {
      return await answered
    } finally {
      this.#question = null
      if (!this.#run.signal.aborted) this.#setStatus(before)
    }
  }

  /** The link, opened on demand; while a pause before the next attempt runs, the reason for it is the answer. */
  async #liveLink(signal?: AbortSignal): Promise<SshLink> {
    if (this.#link && !this.#link.lost) return this.#link
    if (this.#status.kind === 'waiting' || this.#status.kind === 'failed') throw this.#notConnected()
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

  #prefix(sudo: boolean | undefined): readonly string[] {
    return sudo === true && this.#facts?.uid !== 0 ? SUDO_PREFIX : []
  }

  #commandLine(argv: readonly string[], options: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'>): string {
    const { cwd, env } = options
    return wrapForLoginShell(buildCommandLine(argv, { cwd, env, prefix: this.#prefix(options.sudo), exec: true }))
  }

  #setStatus(status: HostStatus): void {
    this.#status = status
    for (const listener of [...this.#listeners]) listener(status)
  }
}

/** Each call goes to the implementation that holds at that moment. */
function switchFiles(current: () => HostFiles): HostFiles {
  return {
    read: (...args) => current().read(...args),
    stat: (...args) => current().stat(...args),
    list: (...args) => current().list(...args),
    writeAtomic: (...args) => current().writeAtomic(...args),
    append: (...args) => current().append(...args),
    makeDirectory: (...args) => current().makeDirectory(...args),
    makeDirectories: (...args) => current().makeDirectories(...args),
    remove: (...args) => current().remove(...args),
    removeTree: (...args) => current().removeTree(...args),
    rename: (...args) => current().rename(...args),
    copy: (...args) => current().copy(...args),
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  work.catch(() => {})
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** A socket that was asked for while there is no connection. */
function failedSocket(error: SlipwayError): Duplex {
  const socket = new PassThrough()
  socket.on('error', () => {})
  queueMicrotask(() => socket.destroy(error))
  return socket
}

/** A process whose streams exist before it has started. */
function deferProcess(start: () => Promise<RemoteProcess>, options: ExecOptions): RemoteProcess {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  let killed = false
  const started = start()
  const stdin = new Writable({
    write: (chunk, encoding, done) => void started.then((it) => it.stdin.write(chunk, encoding, () => done()), done),
    final: (done) => void started.then((it) => it.stdin.end(() => done()), done),
  })
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {})
  const kill = () => {
    killed = true
    started.then((it) => it.kill()).catch(() => {})
  }
  const exit = started.then((process) => {
    if (killed) process.kill()
    process.stdout.pipe(stdout)
    process.stderr.pipe(stderr)
    return process.exit
  })
  exit.catch((error: unknown) => {
    const reason = isSlipwayError(error) ? error : new Error(String(error))
    for (const stream of [stdin, stdout, stderr]) stream.destroy(reason)
  })
  const signals = [options.signal, options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs)]
  for (const signal of signals) signal?.addEventListener('abort', kill, { once: true })
  return { stdin, stdout, stderr, exit, kill }
}
