import type { z } from 'zod'
import { isSlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { Semaphore } from '../hosts/semaphore.ts'
import type { CallOptions } from './engine.ts'
import { negotiateApi } from './engine-api.ts'
import { toCallError, toFormError, toStatusError } from './engine-errors.ts'
import type { Endpoint, EngineRoute } from './engine-route.ts'
import { fetchAnswer, type HttpAnswer, HttpFailure, type HttpStream, openStream, readRest } from './http-client.ts'
import { HttpSockets, streamLimit } from './http-sockets.ts'
import { locateEngine } from './locate-engine.ts'

/** An engine that lists containers later than this is in trouble. */
export const CALL_TIMEOUT_MS = 15_000

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path without the version, with its query. */
  readonly path: string
  /** Completes "the engine could not …". */
  readonly task: string
  readonly headers?: Readonly<Record<string, string>>
  /** Statuses that the caller plans for; others throw. Default: below 400. */
  readonly accept?: readonly number[]
}

/** The way to one engine with its sockets. Follows the host: what was found is forgotten when the connection is lost. */
export interface EngineConnection {
  /** Finds the way where it is not known yet. */
  route(signal?: AbortSignal): Promise<EngineRoute>
  /** Where the engine was found last; null: it never was. */
  readonly endpoint: Endpoint | null
  call(request: EngineRequest, options?: CallOptions): Promise<HttpAnswer>
  callJson<T>(request: EngineRequest, schema: z.ZodType<T>, options?: CallOptions): Promise<T>
  stream(
    request: EngineRequest,
    options: { readonly signal?: AbortSignal; readonly timeoutMs: number },
  ): Promise<HttpStream>
  /** Calls `listener` whenever what is known of the engine is to be forgotten. */
  onReset(listener: () => void): void
}

interface Way {
  readonly route: EngineRoute
  /** Prefix of every path: the API's version. */
  readonly version: string
  readonly sockets: HttpSockets
  /** Places for streams: one that waits for a socket must not be taken for one that nobody answers. */
  readonly streams: Semaphore
}

export function createEngineConnection(host: Host): EngineConnection {
  let current: Promise<Way> | null = null
  let endpoint: Endpoint | null = null
  const resetListeners: (() => void)[] = []

  function forget(way: Promise<Way> | null): void {
    if (way === null || current !== way) return
    current = null
    way.then(
      ({ sockets }) => sockets.retire(),
      () => {},
    )
    for (const listener of resetListeners) listener()
  }
  host.subscribe((status) => {
    if (status.kind !== 'connected') forget(current)
  })

  /** One search serves all who wait; nobody's signal ends it for the others. */
  function way(signal?: AbortSignal): Promise<Way> {
    if (current === null) {
      const search = locateEngine(host).then((route) => {
        endpoint = route.endpoint
        return {
          route,
          version: `/v${negotiateApi(route.apiVersion)}`,
          sockets: new HttpSockets(() => host.openSocket(route.target), route.limited),
          streams: new Semaphore(streamLimit(route.limited)),
        }
      })
      current = search
      search.catch(() => forget(search))
    }
    return abortable(current, signal)
  }

  /** Runs `send` on the way to the engine; looks for the way again, once, where it turns out to be closed. */
  async function attempt<T>(task: string, signal: AbortSignal | undefined, send: (way: Way) => Promise<T>): Promise<T> {
    const first = current
    const found = await way(signal)
    try {
      return await send(found)
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof HttpFailure)) throw error
      if (error.stale) {
        // Where the host is gone by now, it went while the first try was under way: that is what is to be told.
        return await send(found).catch((again: unknown) =>
          Promise.reject(toCallError(host, task, isNotConnected(again) ? error : again)),
        )
      }
      if (!isWayClosed(error) || first === null) throw toCallError(host, task, error)
      forget(first)
      return await send(await way(signal)).catch((again: unknown) => Promise.reject(toCallError(host, task, again)))
    }
  }

  const toHttp = ({ version }: Way, { method, path, headers }: EngineRequest) => ({
    method,
    path: `${version}${path}`,
    host: 'docker',
    headers,
  })

  const connection: EngineConnection = {
    async route(signal) {
      return (await way(signal)).route
    },
    get endpoint() {
      return endpoint
    },
    async call(request, { signal, timeoutMs = CALL_TIMEOUT_MS } = {}) {
      const answer = await attempt(request.task, signal, (to) =>
        fetchAnswer(to.sockets, { ...toHttp(to, request), signal, timeoutMs }),
      )
      if (!isAccepted(request, answer.status)) throw toStatusError(host, request.task, answer)
      return answer
    },
    async callJson(request, schema, options) {
      const answer = await connection.call(request, options)
      try {
        return schema.parse(JSON.parse(answer.body.toString('utf8')))
      } catch (error) {
        throw toFormError(host, request.task, error)
      }
    },
    async stream(request, { signal, timeoutMs }) {
      const stream = await attempt(request.task, signal, (to) =>
        openPlaced(to.streams, signal, () => openStream(to.sockets, { ...toHttp(to, request), signal, timeoutMs })),
      )
      if (isAccepted(request, stream.status)) return stream
      const body = await readRest(stream, CALL_TIMEOUT_MS)
      signal?.throwIfAborted()
      throw toStatusError(host, request.task, { status: stream.status, body })
    },
    onReset(listener) {
      resetListeners.push(listener)
    },
  }
  return connection
}

/** Opens a stream in a place of its own, which is given back when the stream ends. */
async function openPlaced(
  places: Semaphore,
  signal: AbortSignal | undefined,
  open: () => Promise<HttpStream>,
): Promise<HttpStream> {
  const release = await places.acquire(signal)
  try {
    const stream = await open()
    const close = (why?: Error) => {
      stream.close(why)
      release()
    }
    return { ...stream, read: (onBody) => stream.read(onBody).finally(release), close }
  } catch (error) {
    release()
    throw error
  }
}

function isAccepted(request: EngineRequest, status: number): boolean {
  return status < 400 || (request.accept?.includes(status) ?? false)
}

function isNotConnected(error: unknown): boolean {
  return error instanceof HttpFailure && isSlipwayError(error.cause) && error.cause.code === 'host.not-connected'
}

/** The socket could not be opened (nothing was sent), while the host itself still answers. */
function isWayClosed(error: HttpFailure): boolean {
  const cause = error.cause
  if (isSlipwayError(cause)) return cause.code !== 'host.connection-lost' && cause.code !== 'host.not-connected'
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EACCES' || code === 'EPERM'
}

/** Waits for shared work; the signal ends the waiting, not the work. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
