import { writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Engine } from './engine.ts'
import { keepOnExit } from './exit.ts'
import { type HostRecord, removeHostFolder } from './host-folder.ts'
import { formatKnownHosts, type HostKey, parseHostKeys } from './host-keys.ts'
import { cutNetwork, type NetworkCut, restoreNetwork } from './network-cut.ts'
import type { CommandResult } from './run.ts'
import { type SampleHostOptions, signed } from './sample-host-options.ts'

/** How `SampleHost.exec` runs a command; a non-zero exit throws unless `allowFailure` is set. */
export type HostExecOptions = {
  /** Default: root. */
  readonly user?: 'root' | 'deploy'
  readonly input?: string | Buffer | Readable
  readonly allowFailure?: boolean
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** A machine-like host in a container of its own: real sshd, real Docker engine, real registry. Dispose it. */
export class SampleHost implements AsyncDisposable {
  readonly engine: Engine
  readonly record: HostRecord
  readonly options: SampleHostOptions
  /** Its public host keys; `changeHostKeys` replaces them. */
  hostKeys: readonly HostKey[] = []
  #cut: NetworkCut | undefined

  constructor(engine: Engine, record: HostRecord, options: SampleHostOptions = {}) {
    this.engine = engine
    this.record = record
    this.options = options
  }

  get name(): string {
    return this.record.name
  }
  get containerName(): string {
    return this.record.containerName
  }
  get sshHost(): string {
    return this.record.sshHost
  }
  get sshPort(): number {
    return this.record.sshPort
  }
  get user(): string {
    return this.record.user
  }
  get password(): string {
    return this.record.password
  }
  get publicKey(): string {
    return this.record.publicKey
  }
  /** The login key's file, mode 0600. */
  get privateKeyPath(): string {
    return this.record.privateKeyPath
  }
  /** A known_hosts file with the keys that the host has now. */
  get knownHostsPath(): string {
    return this.record.knownHostsPath
  }

  /** Runs a command inside, past SSH: an argument list, or a string for `sh -c`. */
  exec(command: string | readonly string[], options: HostExecOptions = {}): Promise<CommandResult> {
    const { user = 'root', ...rest } = options
    const argv = typeof command === 'string' ? ['sh', '-c', command] : command
    const home = user === 'root' ? '/root' : `/home/${user}`
    const input = options.input === undefined ? [] : ['--interactive']
    return this.engine.docker(['exec', ...input, '--user', user, '--workdir', home, this.containerName, ...argv], rest)
  }

  async readFile(path: string): Promise<string> {
    return (await this.exec(['cat', path])).stdout
  }

  /** Writes a file as deploy (or root), replacing what was there; its folder must exist. */
  async writeFile(path: string, content: string | Buffer, user: 'root' | 'deploy' = 'deploy'): Promise<void> {
    await this.exec(['sh', '-c', 'cat > "$1"', 'sh', path], { user, input: content })
  }

  /** Stops the Docker engine and with it all containers. */
  stopEngine = () => this.#control('stop-engine')
  startEngine = () => this.#control('start-engine')
  /** Kills the engine without warning; its containers live on. */
  crashEngine = () => this.#control('crash-engine')

  stopRegistry = () => this.#control('stop-registry')
  startRegistry = () => this.#control('start-registry')

  /** Limits each connection to the registry; pulls under way notice within a second. 0: full speed again. */
  slowRegistry = (bytesPerSecond: number) =>
    this.#registryMode(bytesPerSecond > 0 ? `limit_rate ${Math.round(bytesPerSecond)};` : '')

  /** Answers every request to the registry with that HTTP status (500, 429…). 0: as usual again. */
  failRegistry = (status: number) => this.#registryMode(status > 0 ? `return ${status};` : '')

  /** Makes the registry ask for a login, as private ones do; without arguments it is public again. */
  async protectRegistry(user?: string, password?: string): Promise<void> {
    if (user === undefined || password === undefined) return this.#registryMode('')
    const { stdout } = await this.exec(['openssl', 'passwd', '-apr1', '-stdin'], { input: password })
    await this.writeFile('/etc/nginx/registry-users', `${user}:${stdout}`, 'root')
    await this.#registryMode('auth_basic registry;\nauth_basic_user_file registry-users;')
  }

  /** Fills the disk of its own (option `diskSize`) but for so many bytes. */
  fillDisk = (leaveBytes = 0) => this.#control('fill-disk', String(leaveBytes))
  freeDisk = () => this.#control('free-disk')

  /** Cuts the host off: see `NetworkCut` for the kinds. What runs inside goes on, but for `freeze`. */
  async cutNetwork(kind: NetworkCut['kind'] = 'drop'): Promise<void> {
    await this.restoreNetwork()
    this.#cut = await cutNetwork(this, kind)
  }

  async restoreNetwork(): Promise<void> {
    if (this.#cut) await restoreNetwork(this, this.#cut)
    this.#cut = undefined
  }

  /** Kills every SSH session without a good-bye; new ones are accepted. */
  killSshSessions = () => this.#control('kill-sessions')

  /** A reboot, on the same port; `powerCut` without shutting down first. Containers start again as their policy says. */
  async restart({ powerCut = false }: { powerCut?: boolean } = {}): Promise<void> {
    await this.restoreNetwork()
    if (powerCut) {
      await this.engine.docker(['kill', this.containerName])
      await this.engine.docker(['start', this.containerName])
    } else {
      await this.engine.docker(['restart', '--time', '25', this.containerName])
    }
    await this.waitUntilReady()
  }

  /** Gives the host new keys, as after a reinstallation (or as an attacker would). Open sessions stay. */
  async changeHostKeys(): Promise<void> {
    await this.#control('change-host-keys')
    await this.readHostKeys()
  }

  /** Replaces the sshd_config lines of the options; for new connections. */
  async configureSshd(lines: readonly string[]): Promise<void> {
    await this.writeFile('/etc/ssh/sshd_config.d/00-test.conf', `${lines.join('\n')}\n`, 'root')
    await this.#control('restart-sshd')
  }

  /** Shifts the clock that commands in new SSH sessions see; the engine's and the kernel's stay right. */
  setClock = (offsetSeconds: number) => this.#control('set-clock', signed(offsetSeconds))

  /** Waits until sshd, registry and engine answer. */
  async waitUntilReady(): Promise<void> {
    await this.#control('wait')
    await this.readHostKeys()
  }

  /** Reads the host keys again, and writes the known_hosts file. */
  async readHostKeys(): Promise<void> {
    this.hostKeys = parseHostKeys((await this.exec('cat /etc/ssh/ssh_host_*_key.pub')).stdout)
    writeFileSync(this.knownHostsPath, formatKnownHosts(this.sshHost, this.sshPort, this.hostKeys))
  }

  /** Removes the container with all its data, and the keys. */
  async dispose(): Promise<void> {
    await this.engine.docker(['rm', '--force', '--volumes', this.containerName], { allowFailure: true })
    keepOnExit(this.containerName)
    removeHostFolder(this.containerName)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  async #control(...argv: readonly string[]): Promise<void> {
    await this.exec(['sample-host', ...argv])
  }

  async #registryMode(directives: string): Promise<void> {
    await this.exec(['sample-host', 'set-registry-mode'], { input: `${directives}\n` })
  }
}
