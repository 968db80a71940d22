import type { Host } from '../hosts/host.ts'
import type { CallOptions } from './engine.ts'
import { compareApi } from './engine-api.ts'
import { CALL_TIMEOUT_MS, type EngineConnection } from './engine-connection.ts'
import { toCallError } from './engine-errors.ts'
import { type LogDescription, logDescriptionSchema } from './log-description.ts'
import { FrameReader, type LogReader } from './log-frames.ts'
import type { LogLines } from './log-lines.ts'
import { readAll, readOn, STALL_TIMEOUT_MS } from './log-stream.ts'
import { TerminalReader } from './log-terminal.ts'
import { toSeconds } from './log-time.ts'

const DOCKER_23 = '1.42'

/** How well an engine follows. */
export interface LogRoute {
  /** False: each stream costs an SSH session, so that there is none to spare for following. */
  readonly canFollow: boolean
  /** A follow that ends honestly has told the last line. Docker before 23 may end it earlier, for a slow reader. */
  readonly endsWhole: boolean
}

export interface LogReadRequest {
  readonly isTerminal: boolean
  /** Both inclusive. */
  readonly sinceNs?: bigint | null
  readonly untilNs?: bigint | null
  /** The last so many (of what the engine wrote: a long line counts as often as it has pieces). */
  readonly tailLines?: number
  /** Whether a last line without an end is told: not while its rest may still come. */
  readonly withUnfinished: boolean
  /** Longest silence of the engine; `host.timeout` after that. */
  readonly stallTimeoutMs?: number
}

export interface LogListeners {
  /** The engine follows: what is logged from now on will come. */
  readonly onOpen: () => void
  readonly onLines: (lines: LogLines) => void
}

/** The logs of containers, as bytes. */
export interface EngineLogs {
  route(signal?: AbortSignal): Promise<LogRoute>
  describe(id: string, options?: CallOptions): Promise<LogDescription>
  /** What the engine has, oldest first, as fast as it is taken. */
  read(id: string, request: LogReadRequest, signal?: AbortSignal): AsyncGenerator<LogLines, void>
  /**
   * What is logged from now on, until the engine ends it (resolves) or it breaks off (rejects). Never keeps the engine
   * waiting, since one that waits loses the lines of files that are rotated meanwhile.
   */
  follow(
    id: string,
    how: Pick<LogReadRequest, 'isTerminal' | 'withUnfinished'>,
    listeners: LogListeners,
    signal: AbortSignal,
  ): Promise<void>
}

export function createEngineLogs(host: Host, connection: EngineConnection): EngineLogs {
  const taskOf = (id: string) => `read the log of the container ${id.slice(0, 12)}`

  return {
    async route(signal) {
      const { limited, apiVersion } = await connection.route(signal)
      return { canFollow: !limited, endsWhole: compareApi(apiVersion, DOCKER_23) >= 0 }
    },
    describe(id, options) {
      const path = `/containers/${encodeURIComponent(id)}/json`
      return connection.callJson({ method: 'GET', path, task: taskOf(id) }, logDescriptionSchema, options)
    },
    async *read(id, request, signal) {
      const task = taskOf(id)
      const options = { timeoutMs: STALL_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) }
      const stream = await connection.stream({ method: 'GET', path: buildPath(id, readQuery(request)), task }, options)
      try {
        yield* readAll(stream, createReader(request.isTerminal), request)
      } catch (error) {
        signal?.throwIfAborted()
        throw toCallError(host, task, error)
      } finally {
        stream.close()
      }
    },
    async follow(id, how, { onOpen, onLines }, signal) {
      const task = taskOf(id)
      const path = buildPath(id, { follow: 'true', tail: '0' })
      const stream = await connection.stream({ method: 'GET', path, task }, { signal, timeoutMs: CALL_TIMEOUT_MS })
      try {
        onOpen()
        await readOn(stream, createReader(how.isTerminal), how.withUnfinished, onLines)
      } catch (error) {
        signal.throwIfAborted()
        throw toCallError(host, task, error)
      } finally {
        stream.close()
      }
    },
  }
}

function createReader(isTerminal: boolean): LogReader {
  return isTerminal ? new TerminalReader() : new FrameReader()
}

function buildPath(id: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams({ stdout: 'true', stderr: 'true', timestamps: 'true', ...query })
  return `/containers/${encodeURIComponent(id)}/logs?${search}`
}

function readQuery({ sinceNs, untilNs, tailLines }: LogReadRequest): Record<string, string> {
  return {
    ...(sinceNs == null ? {} : { since: toSeconds(sinceNs) }),
    ...(untilNs == null ? {} : { until: toSeconds(untilNs) }),
    ...(tailLines === undefined ? {} : { tail: String(Math.max(0, Math.floor(tailLines))) }),
  }
}
