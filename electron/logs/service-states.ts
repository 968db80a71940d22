import type { ErrorShape } from '../../shared/errors.ts'
import type { LogContainer, LogEvent } from './log-batch.ts'

type ServiceEvent = Extract<LogEvent, { kind: 'service' }>
type State = ServiceEvent['state']

interface Told {
  readonly state: State
  readonly error: ErrorShape | null
}

/** How the tail of each service stands, told on each change. */
export class ServiceStates {
  readonly #onChange: (event: ServiceEvent) => void
  readonly #containers = new Map<string, Map<string, Told>>()
  readonly #told = new Map<string, Told>()
  #lost: ErrorShape | null = null

  constructor(services: readonly string[], onChange: (event: ServiceEvent) => void) {
    this.#onChange = onChange
    for (const service of services) {
      this.#containers.set(service, new Map())
      this.#tell(service)
    }
  }

  set({ id, service }: LogContainer, state: State, error: ErrorShape | null = null): void {
    const containers = this.#containers.get(service) ?? new Map<string, Told>()
    this.#containers.set(service, containers.set(id, { state, error }))
    this.#tell(service)
  }

  remove({ id, service }: LogContainer): void {
    this.#containers.get(service)?.delete(id)
    this.#tell(service)
  }

  /** The host cannot be asked which containers there are (null: it can again). */
  setLost(error: ErrorShape | null): void {
    this.#lost = error
    for (const service of this.#containers.keys()) this.#tell(service)
  }

  #tell(service: string): void {
    const now = this.#judge(service)
    const before = this.#told.get(service)
    if (before?.state === now.state && before.error?.message === now.error?.message) return
    this.#told.set(service, now)
    this.#onChange({ kind: 'service', service, ...now })
  }

  /** A container that fails is not hidden by others that do not; one that ended is. */
  #judge(service: string): Told {
    const all = [...(this.#containers.get(service)?.values() ?? [])]
    const failing = all.find(({ state }) => state === 'reconnecting')
    if (failing !== undefined) return failing
    if (this.#lost !== null) return { state: 'reconnecting', error: this.#lost }
    const inOrder = (['following', 'waiting', 'ended'] as const).map((state) =>
      all.find((told) => told.state === state),
    )
    return inOrder.find((told) => told !== undefined) ?? { state: 'waiting', error: null }
  }
}
