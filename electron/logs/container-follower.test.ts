import { afterEach, expect, it } from 'vitest'
import type { EngineLogs, LogListeners } from '../docker/engine-logs.ts'
import { type LogLines, LogLinesBuilder } from '../docker/log-lines.ts'
import { ContainerFollower } from './container-follower.ts'
import { EventQueue } from './event-queue.ts'

const SECOND = 1_000_000_000
const T0 = 1_795_291_200 * SECOND
const container = { id: 'c1', service: 'web' }

type StoredLine = readonly [stream: 1 | 2, seconds: number, text: string]

function pack(lines: readonly StoredLine[]): LogLines {
  const builder = new LogLinesBuilder()
  for (const [stream, seconds, text] of lines) {
    const time = BigInt(T0) + BigInt(Math.round(seconds * SECOND))
    const halves = { high: Number(time >> 32n), low: Number(time & 0xffff_ffffn) }
    builder.add(Buffer.from(text), 0, text.length, halves, stream)
  }
  return builder.take()
}

/** The log of a container that runs, in the order in which it was written, with the clock that the engine had. */
class StoredLog implements EngineLogs {
  readonly lines: StoredLine[]
  #follow: { readonly listeners: LogListeners; readonly cut: () => void } | null = null

  constructor(lines: readonly StoredLine[]) {
    this.lines = [...lines]
  }

  route = () => Promise.resolve({ canFollow: true, endsWhole: true })
  describe = () =>
    Promise.resolve({ isTerminal: false, state: 'running', startedAtNs: BigInt(T0), keptBytes: null } as const)

  async *read(_id: string, { sinceNs, tailLines }: Parameters<EngineLogs['read']>[1]): AsyncGenerator<LogLines> {
    const last = tailLines === undefined ? this.lines : this.lines.slice(-tailLines)
    yield pack(last.filter(([, seconds]) => BigInt(T0) + BigInt(Math.round(seconds * SECOND)) >= (sinceNs ?? 0n)))
  }

  follow: EngineLogs['follow'] = (_id, _how, listeners, signal) =>
    new Promise((resolve, reject) => {
      this.#follow = { listeners, cut: () => reject(new Error('cut')) }
      signal.addEventListener('abort', () => resolve())
      listeners.onOpen()
    })

  write(...lines: readonly StoredLine[]): void {
    this.lines.push(...lines)
    this.repeat(...lines)
  }

  /** Sends lines that are there already, as an engine does after a rotation. */
  repeat(...lines: readonly StoredLine[]): void {
    this.#follow?.listeners.onLines(pack(lines))
  }

  cut(): void {
    this.#follow?.cut()
  }
}

const end = new AbortController()
afterEach(() => end.abort())

function startFollowing(log: StoredLog, tailLines: number) {
  const until = new AbortController()
  end.signal.addEventListener('abort', () => until.abort())
  const queue = new EventQueue()
  const told: string[] = []
  let live = 0
  const follower = new ContainerFollower({
    engine: { logs: log },
    container,
    start: { tailLines },
    queue,
    onRunning: () => {},
    onLive: () => {
      live += 1
    },
  })
  void (async () => {
    for await (const event of queue.read(until.signal)) {
      if (event.kind === 'gap') told.push('gap')
      if (event.kind !== 'lines') continue
      const { bytes, ends } = event.batch
      told.push(...[...ends].map((to, at) => Buffer.from(bytes.subarray(at === 0 ? 0 : ends[at - 1], to)).toString()))
    }
  })()
  const run = () => follower.run(until.signal).catch((error: unknown) => error)
  return { told, run, isLive: (times: number) => expect.poll(() => live, { timeout: 5_000 }).toBe(times) }
}

it('tells the lines of a clock that is set back by two seconds once, also those that come while it is cut off', async () => {
  const log = new StoredLog([
    [1, 0, 'a'],
    [1, 10, 'b'],
  ])
  const { told, run, isLive } = startFollowing(log, 100)
  const first = run()
  await isLive(1)
  log.write([1, 11, 'c'], [1, 9, 'd'], [1, 9.5, 'e'])
  log.repeat([1, 10, 'b'], [1, 11, 'c'], [1, 9, 'd'])
  await expect.poll(() => told).toEqual(['a', 'b', 'c', 'd', 'e'])
  log.cut()
  await first
  log.lines.push([1, 9.7, 'f'], [1, 12, 'g'])
  void run()
  await isLive(2)
  await expect.poll(() => told).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})

it('tells a gap where the clock is set back beyond all that is known, and goes on with what comes', async () => {
  const log = new StoredLog([[1, 3_600, 'a']])
  const { told, run, isLive } = startFollowing(log, 100)
  void run()
  await isLive(1)
  log.write([1, 10, 'b'])
  log.write([1, 11, 'c'])
  await expect.poll(() => told).toEqual(['a', 'gap', 'b', 'c'])
})

it.for([0, 2])(
  'tells nothing that a quiet stream wrote before, however often it is cut off: %d lines',
  async (tail) => {
    const ticks = Array.from({ length: 300 }, (_, n): StoredLine => [1, 100 + n, `tick ${n}`])
    const log = new StoredLog([[2, 1, 'an error of hours ago'], ...ticks])
    const { told, run, isLive } = startFollowing(log, tail)
    const first = run()
    await isLive(1)
    log.cut()
    await first
    log.lines.push([2, 500, 'an error of now'])
    void run()
    await isLive(2)
    await expect.poll(() => told).toEqual([...ticks.slice(300 - tail).map(([, , text]) => text), 'an error of now'])
  },
)
