import type { HostView } from '../../shared/contract/hosts.ts'
import type { Host } from '../hosts/host.ts'
import { EngineWatch } from './engine-watch.ts'
import { latestValues } from './latest-value.ts'
import type { HostSession } from './stack.ts'

/** What sessions need of the hosts: `HostService` fits. */
export interface HostSource {
  readonly hosts: readonly Host[]
  /** Throws `host.unknown`. */
  get(hostId: string): Host
  views(): Promise<readonly Omit<HostView, 'engine'>[]>
  subscribe(listener: () => void): () => void
}

/** Opens the engine, Compose and the registry behind a host. */
export type OpenSession = (host: Host) => HostSession

/** One session a host, and the state of the engines behind all of them. */
export class SessionService {
  readonly #hosts: HostSource
  readonly #open: OpenSession
  readonly #sessions = new WeakMap<Host, HostSession>()

  constructor(hosts: HostSource, open: OpenSession) {
    this.#hosts = hosts
    this.#open = open
  }

  /** Throws `host.unknown`. Does not connect. */
  get(hostId: string): HostSession {
    return this.#sessionOf(this.#hosts.get(hostId))
  }

  /** All hosts with their engines, at once and on each change, until `signal` aborts. Engines are asked only while someone watches. */
  async *watchHosts(signal: AbortSignal): AsyncGenerator<HostView[], void> {
    const watches = new Map<string, { readonly session: HostSession; readonly watch: EngineWatch }>()
    const changes = latestValues<null>((push) => {
      const onChange = () => push(null)
      const follow = () => {
        this.#followEngines(watches, onChange)
        onChange()
      }
      const unsubscribe = this.#hosts.subscribe(follow)
      follow()
      return () => {
        unsubscribe()
        for (const { watch } of watches.values()) watch.stop()
      }
    }, signal)
    for await (const _ of changes) {
      const views = await this.#hosts.views()
      yield views.map((view) => ({ ...view, engine: watches.get(view.id)?.watch.status ?? { kind: 'unknown' } }))
    }
  }

  #sessionOf(host: Host): HostSession {
    const known = this.#sessions.get(host)
    if (known !== undefined) return known
    const session = this.#open(host)
    this.#sessions.set(host, session)
    return session
  }

  /** A watch for each present host, none for those that are gone. */
  #followEngines(
    watches: Map<string, { readonly session: HostSession; readonly watch: EngineWatch }>,
    onChange: () => void,
  ): void {
    const sessions = new Map(this.#hosts.hosts.map((host) => [host.id, this.#sessionOf(host)]))
    for (const [id, { session, watch }] of watches) {
      if (sessions.get(id) === session) continue
      watch.stop()
      watches.delete(id)
    }
    for (const [id, session] of sessions) {
      const known = watches.get(id)
      if (known !== undefined) known.watch.refresh()
      else watches.set(id, { session, watch: new EngineWatch(session, onChange) })
    }
  }
}
