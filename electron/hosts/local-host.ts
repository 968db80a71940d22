import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { arch, homedir, hostname, platform } from 'node:os'
import { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import type { HostStatus } from '../../shared/contract/hosts.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { dockerArchitecture, FACTS_SCRIPT, parseFacts } from './facts.ts'
import type { ExecOptions, ExecResult, Host, HostFacts, RemoteProcess, SocketTarget } from './host.ts'
import { LocalFiles } from './local-files.ts'
import { buildCommandLine } from './quote.ts'
import { runCommand } from './run-command.ts'

const KILL_AFTER_MS = 2_000

/** This computer, by its local socket and its own processes. Always connected. */
export class LocalHost implements Host {
  readonly id: string
  label: string
  readonly kind = 'local'
  readonly files: LocalFiles
  readonly usesSudo = false
  readonly status: HostStatus = { kind: 'connected', since: new Date().toISOString() }
  readonly #children = new Set<RemoteProcess>()
  #facts: Promise<HostFacts> | null = null
  facts: HostFacts | null = null

  constructor({ id, label }: { readonly id: string; readonly label: string }) {
    this.id = id
    this.label = label
    this.files = new LocalFiles(label)
  }

  /** Its state never changes. */
  subscribe(): () => void {
    return () => {}
  }

  async connect(): Promise<HostFacts> {
    this.#facts ??= readFacts()
    this.facts = await this.#facts
    return this.facts
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return runCommand(this.label, argv, options, () => this.#start(argv, options))
  }

  spawn(argv: readonly string[], options: ExecOptions = {}): RemoteProcess {
    const process = this.#start(argv, options)
    const signals = [
      options.signal,
      options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs),
    ]
    for (const signal of signals) signal?.addEventListener('abort', () => process.kill(), { once: true })
    return process
  }

  openSocket(target: SocketTarget): Duplex {
    if ('argv' in target) return socketOf(this.#start(target.argv, target.sudo === true ? { sudo: true } : {}))
    const socket = connect('path' in target ? { path: target.path } : { host: target.host, port: target.port })
    socket.on('error', () => {})
    return socket
  }

  describeCommand(argv: readonly string[], options: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'> = {}): string {
    return buildCommandLine(argv, { cwd: options.cwd, env: options.env, prefix: prefixOf(options.sudo) })
  }

  now(): number {
    return Date.now()
  }

  async dispose(): Promise<void> {
    for (const process of this.#children) process.kill()
    await Promise.allSettled([...this.#children].map(({ exit }) => exit))
  }

  #start(argv: readonly string[], options: ExecOptions): RemoteProcess {
    const [program = '', ...args] = [...prefixOf(options.sudo), ...argv]
    const child = spawn(program, args, {
      stdio: 'pipe',
      // A group of its own, so that what the command starts ends with it.
      detached: platform() !== 'win32',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
    })
    const remote = toRemoteProcess(child, program, this.label)
    this.#children.add(remote)
    const done = () => this.#children.delete(remote)
    remote.exit.then(done, done)
    return remote
  }
}

function prefixOf(sudo: boolean | undefined): readonly string[] {
  return sudo === true && process.getuid?.() !== 0 ? ['sudo', '-n', '--'] : []
}

function toRemoteProcess(child: ChildProcess, program: string, label: string): RemoteProcess {
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error('A child process without pipes')
  let timer: NodeJS.Timeout | undefined
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(startError(error, program, label)))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal })
    })
  })
  exit.catch(() => {})
  stdin.on('error', () => {})
  const send = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(platform() === 'win32' ? child.pid : -child.pid, signal)
    } catch {
      // It has ended by itself.
    }
  }
  const kill = () => {
    if (child.exitCode !== null || child.signalCode !== null || timer) return
    send('SIGTERM')
    timer = setTimeout(() => send('SIGKILL'), KILL_AFTER_MS)
    stdout.resume()
    stderr.resume()
  }
  return { stdin, stdout, stderr, exit, kill }
}

function startError(error: NodeJS.ErrnoException, program: string, label: string): SlipwayError {
  const isMissing = error.code === 'ENOENT'
  return new SlipwayError(
    isMissing ? 'host.command-missing' : 'host.command-failed',
    isMissing
      ? `${program} was not found on ${label}.`
      : `${program} could not be started on ${label}: ${error.message}`,
    { hint: isMissing ? `Install ${program}, or put it on the PATH.` : undefined, cause: error },
  )
}

function socketOf(process: RemoteProcess): Duplex {
  const socket = Duplex.from({ writable: process.stdin, readable: process.stdout })
  socket.on('error', () => {})
  process.stderr.resume()
  process.exit.catch((error: unknown) => socket.destroy(error as Error))
  socket.once('close', () => process.kill())
  return socket
}

async function readFacts(): Promise<HostFacts> {
  if (platform() === 'win32') {
    const where = await promisify(execFile)('where', ['docker']).catch(() => ({ stdout: '' }))
    const dockerPath = where.stdout.split(/\r?\n/)[0]?.trim() || null
    return {
      user: process.env.USERNAME ?? '',
      uid: -1,
      home: homedir(),
      hostname: hostname(),
      os: 'windows',
      architecture: dockerArchitecture(arch() === 'x64' ? 'amd64' : arch()),
      clockOffsetMs: 0,
      dockerPath,
      groups: [],
      canSudo: false,
    }
  }
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', FACTS_SCRIPT])
  return { ...parseFacts(stdout, Date.now()), clockOffsetMs: 0 }
}
