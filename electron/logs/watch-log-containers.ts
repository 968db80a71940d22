import type { Engine } from '../docker/engine.ts'
import { isOneOff, LABELS } from '../stacks/discovery.ts'
import type { LogContainer } from './log-batch.ts'

/** An event may pass between the first list and the moment in which the engine begins to tell them. */
const LIST_AGAIN_MS = 5_000
const ACTIONS = new Set(['create', 'start', 'die', 'destroy', 'rename'])

export interface ListedContainer {
  readonly container: LogContainer
  readonly isRunning: boolean
}

/** The containers of a project with the chosen services (null: all), stopped ones too, the oldest first. */
export async function listLogContainers(
  engine: Engine,
  project: string,
  services: readonly string[] | null,
  signal: AbortSignal,
): Promise<ListedContainer[]> {
  const rows = await engine.listContainers({ labels: [`${LABELS.project}=${project}`], all: true }, { signal })
  return rows
    .filter(({ labels }) => !isOneOff(labels))
    .toSorted((a, b) => a.createdAtSeconds - b.createdAtSeconds)
    .map(({ id, labels, state }) => ({
      container: { id, service: labels[LABELS.service] ?? '' },
      isRunning: state === 'running',
    }))
    .filter(({ container: { service } }) => service !== '' && (services === null || services.includes(service)))
}

/** Containers of a project to which something happened, and from time to time none. Throws when the connection is lost. */
export async function* watchLogContainers(
  engine: Engine,
  project: string,
  signal: AbortSignal,
): AsyncGenerator<ReadonlySet<string>, void> {
  const end = new AbortController()
  let changed = new Set<string>()
  let failure: { readonly error: unknown } | null = null
  let wake = () => {}
  const follow = async () => {
    for await (const { type, action, id, attributes } of engine.events(AbortSignal.any([signal, end.signal]))) {
      if (type !== 'container' || !ACTIONS.has(action) || attributes[LABELS.project] !== project) continue
      changed.add(id)
      wake()
    }
  }
  const following = follow().catch((error: unknown) => {
    failure = { error }
    wake()
  })
  const timer = setInterval(() => wake(), LIST_AGAIN_MS)
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      if (changed.size === 0 && failure === null) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (failure !== null) throw (failure as { readonly error: unknown }).error
      const news = changed
      changed = new Set()
      if (!signal.aborted) yield news
    }
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', onAbort)
    end.abort()
    await following
  }
}
