import { execFile } from 'node:child_process'
import { arch, homedir, hostname, platform } from 'node:os'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import type { HostStatus } from '../../shared/contract/hosts.ts'
import { ChannelSocket } from './channel-socket.ts'
import { deferProcess } from './deferred-process.ts'
import { dockerArchitecture, FACTS_SCRIPT, parseFacts } from './facts.ts'
import type { ExecOptions, ExecResult, Host, HostFacts, RemoteProcess, SocketTarget } from './host.ts'
import { LocalFiles } from './local-files.ts'
import { LocalProcess } from './local-process.ts'
import { connectLocally } from './local-sockets.ts'
import { buildCommandLine, refuseNul } from './quote.ts'
import { SUDO } from './remote-command.ts'
import { runCommand } from './run-command.ts'
import { processEnds } from './ssh-socket-ends.ts'

/** For the first look around; a login shell's own start-up files may be slow. */
const FACTS_TIMEOUT_MS = 15_000

export interface LocalHostOptions {
  readonly id: string
  readonly label: string
  /** For tests: another look around. */
  readonly readFacts?: () => Promise<HostFacts>
}

/** This computer, by its local socket and its own processes. Always connected. */
export class LocalHost implements Host {
  readonly id: string
  label: string
  readonly kind = 'local'
  readonly files: LocalFiles
  readonly usesSudo = false
  readonly status: HostStatus = { kind: 'connected', since: new Date().toISOString() }
  readonly #readFacts: () => Promise<HostFacts>
  readonly #processes = new Set<LocalProcess>()
  readonly #sockets = new Set<ChannelSocket>()
  #look: Promise<HostFacts> | null = null
  facts: HostFacts | null = null

  constructor({ id, label, readFacts = lookAround }: LocalHostOptions) {
    this.id = id
    this.label = label
    this.#readFacts = readFacts
    this.files = new LocalFiles(() => this.label)
  }

  /** Its state never changes. */
  subscribe(): () => void {
    return () => {}
  }

  /** Joins a look under way. One that failed or found no docker is made again: Docker may have been installed since. */
  async connect(): Promise<HostFacts> {
    const look = this.#look ?? this.#readFacts()
    this.#look = look
    let isGood = false
    try {
      this.facts = await look
      isGood = this.facts.dockerPath !== null
      return this.facts
    } finally {
      if (!isGood && this.#look === look) this.#look = null
    }
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return runCommand(this.label, argv, options, () => this.#start(argv, options))
  }

  spawn(argv: readonly string[], options: ExecOptions = {}): RemoteProcess {
    const start = async () => this.#start(argv, options)
    return deferProcess(start(), options)
  }

  openSocket(target: SocketTarget): Duplex {
    const socket = new ChannelSocket(async (signal) =>
      'argv' in target ? processEnds(this.#start(target.argv, target)) : connectLocally(this.label, target, signal),
    )
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }

  describeCommand(argv: readonly string[], options: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'> = {}): string {
    return buildCommandLine(argv, { cwd: options.cwd, env: options.env, prefix: prefixOf(options.sudo) })
  }

  now(): number {
    return Date.now()
  }

  async readClock(): Promise<number> {
    return Date.now()
  }

  async dispose(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    for (const process of this.#processes) process.kill()
    await Promise.all([...this.#processes].map(({ gone }) => gone))
  }

  #start(argv: readonly string[], { cwd, env, sudo }: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'>): LocalProcess {
    const prefix = prefixOf(sudo)
    // sudo drops the variables that it is given, but not those on its command line.
    const variables = prefix.length > 0 ? Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`) : []
    const words = [...prefix, ...(variables.length > 0 ? ['env', ...variables] : []), ...argv]
    refuseNul([...words, cwd ?? '', ...Object.values(env ?? {})])
    const process = new LocalProcess(words, { cwd, env })
    this.#processes.add(process)
    process.gone.then(() => this.#processes.delete(process))
    return process
  }
}

function prefixOf(sudo: boolean | undefined): readonly string[] {
  return sudo === true && process.getuid !== undefined && process.getuid() !== 0 ? SUDO : []
}

async function lookAround(): Promise<HostFacts> {
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
      dockerPath,
      groups: [],
      canSudo: false,
    }
  }
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', FACTS_SCRIPT], { timeout: FACTS_TIMEOUT_MS })
  return parseFacts(stdout)
}
