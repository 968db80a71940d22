import { isCancellation } from '../../shared/errors.ts'
import type { EngineEvent } from '../docker/engine.ts'
import { pause } from '../hosts/pause.ts'
import { LABELS } from './discovery.ts'
import { latestValues } from './latest-value.ts'
import type { HostSession } from './stack.ts'
import { whenConnected } from './when-connected.ts'

/** A recreate is a dozen events; together they are one change. */
const DEBOUNCE_MS = 300
/** Events can be lost (a proxy before the socket, an old engine). */
const POLL_INTERVAL_MS = 60_000
/** After the engine ended its events, before they are followed again. */
const RETRY_MS = 2_000

/** Which stacks may have changed; `poll`: nothing says so, it is only time to look again. */
export type StackChange = 'all' | 'poll' | ReadonlySet<string>

/** Actions of containers that change a picture; `exec_…`, `top`, `attach` and health checks that only ran do not. */
const ACTIONS = /^(create|start|restart|stop|die|kill|oom|pause|unpause|destroy|rename|update|health_status.*)$/

/** Whether an event changes what a stack's picture shows, and of which project. */
export function projectOfEvent(event: EngineEvent): string | null {
  if (event.type !== 'container' || !ACTIONS.test(event.action)) return null
  return event.attributes[LABELS.project] ?? null
}

/**
 * Tells when the stacks of a host may have changed: by the engine's events, after each reconnect, and slowly by
 * itself. Ends when `signal` aborts; a host that goes away is waited for.
 */
export async function* watchChanges(session: HostSession, signal: AbortSignal): AsyncGenerator<StackChange, void> {
  let pending: Set<string> | 'all' | 'poll' = new Set()
  yield* latestValues<StackChange>((push) => {
    const end = new AbortController()
    let debounce: NodeJS.Timeout | undefined
    const flush = () => {
      push(pending)
      pending = new Set()
    }
    const note: Note = (change) => {
      if (change.project === null) pending = change.isPoll && isNothing(pending) ? 'poll' : 'all'
      else if (pending === 'poll') pending = 'all'
      else if (pending !== 'all') pending.add(change.project)
      clearTimeout(debounce)
      debounce = setTimeout(flush, DEBOUNCE_MS)
    }
    const poll = setInterval(() => note({ project: null, isPoll: true }), POLL_INTERVAL_MS)
    void follow(session, note, end.signal)
    return () => {
      end.abort()
      clearTimeout(debounce)
      clearInterval(poll)
    }
  }, signal)
}

/** Null: it may be any. */
type Note = (change: { readonly project: string | null; readonly isPoll: boolean }) => void

function isNothing(pending: StackChange): boolean {
  return pending === 'poll' || (pending !== 'all' && pending.size === 0)
}

async function follow(session: HostSession, note: Note, signal: AbortSignal): Promise<void> {
  for (let isFirst = true; await whenConnected(session.host, signal); isFirst = false) {
    // What happened while nobody listened is not told again.
    if (!isFirst) note({ project: null, isPoll: false })
    try {
      for await (const event of session.engine.events(signal)) {
        const project = projectOfEvent(event)
        if (project !== null) note({ project, isPoll: false })
      }
    } catch (error) {
      if (isCancellation(error) || signal.aborted) return
    }
    await pause(RETRY_MS, signal)
  }
}
