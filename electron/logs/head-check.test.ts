import { describe, expect, it } from 'vitest'
import { type LogLines, LogLinesBuilder } from '../docker/log-lines.ts'
import { HeadCheck } from './head-check.ts'

const base = { isTerminal: false, state: 'running', startedAtNs: 1_000_000_000n } as const

/** Lines of a kilobyte each, the first of them at the time given. */
function pack(count: number, firstNs = 1_500_000_000): LogLines {
  const builder = new LogLinesBuilder()
  for (let at = 0; at < count; at++) {
    builder.add(Buffer.alloc(1024), 0, 1024, { high: 0, low: firstNs + at }, 1)
  }
  return builder.take()
}

describe('a log that is read for the first time', () => {
  it.for([
    { name: 'of a driver that keeps all', keptBytes: null, lines: 10_000, doubt: false },
    { name: 'of less than the driver keeps', keptBytes: 100_000, lines: 40, doubt: false },
    { name: 'of as much as the driver keeps', keptBytes: 100_000, lines: 60, doubt: true },
    { name: 'that may be emptied, from the start of the container on', keptBytes: 0, lines: 1, doubt: false },
    { name: 'that may be emptied, from later on', keptBytes: 0, lines: 1, firstNs: 3_500_000_000, doubt: true },
    { name: 'without lines', keptBytes: 0, lines: 0, doubt: false },
  ])('$name', ({ keptBytes, lines, firstNs, doubt }) => {
    const head = new HeadCheck({ ...base, keptBytes })
    const ready = head.add(pack(lines, firstNs))
    expect(head.takeDoubt()).toBe(doubt)
    expect(head.takeDoubt()).toBe(false)
    expect([...ready, ...head.rest()].reduce((sum, { ends }) => sum + ends.length, 0)).toBe(lines)
  })

  it('is held back until it is judged, and not without end', () => {
    const head = new HeadCheck({ ...base, keptBytes: 1e12 })
    const held = [head.add(pack(8_000)), head.add(pack(8_000)), head.add(pack(8_000)), head.add(pack(8_000))]
    expect(held.map((batches) => batches.length)).toEqual([0, 0, 3, 1])
  })
})
