import { randomUUID } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { HostAnswer, HostTarget, HostView, SshConfigView, SshTarget } from '../../shared/contract/hosts.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { Host } from './host.ts'
import { HostKeyStore } from './host-key-store.ts'
import type { HostRecord, HostStore } from './host-store.ts'
import { LocalHost } from './local-host.ts'
import { SecretKeeper } from './secret-keeper.ts'
import { readSshConfig, resolveAlias } from './ssh-config.ts'
import { SshHost } from './ssh-host.ts'
import type { Vault } from './vault.ts'

/** A host's view without the state of its engine, which the layers above know. */
export type BareHostView = Omit<HostView, 'engine'>

export interface HostServiceOptions {
  readonly store: HostStore
  readonly vault: Vault
  /** Slipway's own known_hosts file. The user's is read, never written. */
  readonly knownHostsFile: string
  /** For tests: where `.ssh` is looked for. */
  readonly home?: string
  readonly keepaliveIntervalMs?: number
}

interface Entry {
  record: HostRecord
  readonly host: SshHost | LocalHost
  readonly secrets: SecretKeeper
  readonly unsubscribe: () => void
}

/** All hosts that the user has added, and the connections to them. */
export class HostService {
  readonly #options: HostServiceOptions
  readonly #home: string
  readonly #entries = new Map<string, Entry>()
  readonly #listeners = new Set<() => void>()

  constructor(options: HostServiceOptions) {
    this.#options = options
    this.#home = options.home ?? homedir()
    for (const record of options.store.list()) this.#open(record)
  }

  /** The hosts in the order in which they were added. */
  get hosts(): readonly Host[] {
    return [...this.#entries.values()].map((entry) => entry.host)
  }

  get(hostId: string): Host {
    return this.#entry(hostId).host
  }

  /** SSH channels that are open on all of them: for tests and measurements. */
  get openChannels(): number {
    return this.hosts.reduce((sum, host) => sum + (host instanceof SshHost ? host.openChannels : 0), 0)
  }

  /** What listens to all of them and to their connections: for tests. */
  get listeners(): number {
    return this.hosts.reduce((sum, host) => sum + (host instanceof SshHost ? host.listeners : 0), this.#listeners.size)
  }

  async views(): Promise<BareHostView[]> {
    return Promise.all([...this.#entries.values()].map(viewOf))
  }

  /** Calls `listener` whenever a host was added, removed or has changed its state. Returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async add(label: string, target: HostTarget): Promise<BareHostView> {
    this.#requireFreeLabel(label, 'Nothing was added.')
    const record: HostRecord = { id: randomUUID(), label, target, usesSudo: false }
    this.#options.store.save(record)
    const entry = this.#open(record)
    this.#changed()
    return viewOf(entry)
  }

  rename(hostId: string, label: string): void {
    const entry = this.#entry(hostId)
    if (label !== entry.record.label) this.#requireFreeLabel(label, 'It keeps its name.')
    this.#save(entry, { label })
  }

  /** Forgets a host on this computer, with its saved secrets. Nothing on the host changes. */
  async remove(hostId: string): Promise<void> {
    const entry = this.#entry(hostId)
    this.#entries.delete(hostId)
    this.#options.store.remove(hostId)
    entry.unsubscribe()
    try {
      await entry.secrets.forgetAll()
      await entry.host.dispose()
    } finally {
      this.#changed()
    }
  }

  /** Starts connecting; the outcome is the host's state. */
  connect(hostId: string): void {
    this.#entry(hostId)
      .host.connect()
      .catch(() => {})
  }

  /** Connects all hosts that can be connected without asking anybody; the others say what they would ask. */
  connectQuietly(): void {
    for (const { host } of this.#entries.values()) {
      if (host instanceof SshHost) host.connectQuietly()
      else host.connect().catch(() => {})
    }
  }

  async disconnect(hostId: string): Promise<void> {
    const { host } = this.#entry(hostId)
    if (host instanceof SshHost) await host.disconnect()
  }

  answer(hostId: string, questionId: string, answer: HostAnswer): void {
    const { host } = this.#entry(hostId)
    if (host instanceof SshHost) host.answer(questionId, answer)
  }

  async forgetSecrets(hostId: string): Promise<void> {
    await this.#entry(hostId).secrets.forgetAll()
    this.#changed()
  }

  setSudo(hostId: string, usesSudo: boolean): void {
    this.#save(this.#entry(hostId), { usesSudo })
  }

  sshConfig(): Promise<SshConfigView> {
    return readSshConfig({ home: this.#home })
  }

  /** To be called when the computer wakes: dead connections are noticed and rebuilt at once. */
  wake(): void {
    for (const { host } of this.#entries.values()) if (host instanceof SshHost) void host.wake()
  }

  async dispose(): Promise<void> {
    this.#listeners.clear()
    await Promise.all([...this.#entries.values()].map(({ host }) => host.dispose()))
    this.#entries.clear()
  }

  #requireFreeLabel(label: string, state: string): void {
    if (![...this.#entries.values()].some(({ record }) => record.label === label)) return
    throw new SlipwayError('input.invalid', `There is a host called ${label} already.`, {
      state,
      hint: 'Choose another name.',
    })
  }

  #entry(hostId: string): Entry {
    const entry = this.#entries.get(hostId)
    if (entry) return entry
    throw new SlipwayError('host.unknown', 'This host is not known any more.', { hint: 'Add it again.' })
  }

  #open(record: HostRecord): Entry {
    const secrets = new SecretKeeper(record.id, this.#options.vault)
    const host = this.#createHost(record, secrets)
    const unsubscribe = host.subscribe(() => this.#changed())
    const entry: Entry = { record, host, secrets, unsubscribe }
    this.#entries.set(record.id, entry)
    return entry
  }

  #createHost({ id, label, target, usesSudo }: HostRecord, secrets: SecretKeeper): SshHost | LocalHost {
    if (target.kind === 'local') return new LocalHost({ id, label })
    const { keepaliveIntervalMs } = this.#options
    const files = [join(this.#home, '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts']
    return new SshHost({
      id,
      label,
      target: () => this.#currentTarget(target),
      secrets,
      keys: new HostKeyStore(files, this.#options.knownHostsFile),
      usesSudo,
      ...(keepaliveIntervalMs === undefined ? {} : { keepaliveIntervalMs }),
    })
  }

  /** A host that came from the ssh config follows that file; one whose alias is gone keeps what it had. */
  async #currentTarget(target: SshTarget): Promise<SshTarget> {
    if (target.alias === undefined) return target
    const resolved = await resolveAlias(target.alias, { home: this.#home })
    return resolved?.target ?? target
  }

  #save(entry: Entry, change: Partial<HostRecord>): void {
    entry.record = { ...entry.record, ...change }
    this.#options.store.save(entry.record)
    if (change.label !== undefined) entry.host.label = change.label
    if (change.usesSudo !== undefined && entry.host instanceof SshHost) entry.host.setUsesSudo(change.usesSudo)
    this.#changed()
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

async function viewOf({ record, host, secrets }: Entry): Promise<BareHostView> {
  const { facts } = host
  return {
    id: record.id,
    label: record.label,
    target: record.target,
    status: host.status,
    usesSudo: record.usesSudo,
    facts: facts && {
      user: facts.user,
      hostname: facts.hostname,
      os: facts.os,
      architecture: facts.architecture,
      clockOffsetMs: host.now() - Date.now(),
    },
    savedSecrets: await secrets.savedNames(),
  }
}
