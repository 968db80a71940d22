import { expect, it } from 'vitest'
import { type LogLines, LogLinesBuilder } from '../docker/log-lines.ts'
import { EventQueue } from './event-queue.ts'

const container = { id: 'one', service: 'web' }

/** Lines of a kilobyte each, at the nanoseconds given. */
function pack(...times: readonly number[]): LogLines {
  const builder = new LogLinesBuilder()
  const text = Buffer.alloc(1024, 'x')
  for (const low of times) builder.add(text, 0, text.length, { high: 0, low }, 1)
  return builder.take()
}

it('leaves out what nobody takes, counts it, and says so once before the next lines', async () => {
  const queue = new EventQueue(4096)
  const end = new AbortController()
  for (let time = 1; time <= 10; time++) queue.pushLines(container, pack(time))
  const told: unknown[] = []
  for await (const event of queue.read(end.signal)) {
    told.push(event.kind === 'lines' ? Number(event.batch.times[0]) : event)
    if (told.length === 4) queue.pushLines(container, pack(11))
    if (event.kind === 'gap') end.abort()
  }
  expect(told.slice(0, 4)).toEqual([1, 2, 3, 4])
  expect(told.at(-1)).toMatchObject({ kind: 'gap', after: 5n, skippedLines: expect.any(Number) })
  const gap = told.at(-1) as { before: bigint; skippedLines: number }
  expect(gap.skippedLines).toBe(Number(gap.before) - 4)
})

it('lets lines that the host keeps wait, and loses none of them', async () => {
  const queue = new EventQueue(8192)
  const end = new AbortController()
  let pushed = 0
  const pushing = (async () => {
    for (let time = 1; time <= 100; time++) {
      await queue.pushKept(container, pack(time), end.signal)
      pushed = time
    }
  })()
  await Promise.resolve()
  expect(pushed).toBeLessThan(10)
  const told: unknown[] = []
  for await (const event of queue.read(end.signal)) {
    told.push(event.kind === 'lines' ? Number(event.batch.times[0]) : event)
    if (told.length === 100) end.abort()
  }
  await pushing
  expect(told).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
})

it('ends when it is told to, also while nothing comes', async () => {
  const end = new AbortController()
  const reading = Array.fromAsync(new EventQueue().read(end.signal))
  end.abort()
  expect(await reading).toEqual([])
})
