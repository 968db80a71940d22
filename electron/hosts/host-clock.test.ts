import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { CLOCK_SCRIPT, HostClock, readClock } from './host-clock.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const HOST_MS = 1_700_000_000_300

afterEach(() => {
  vi.useRealTimers()
})

describe('a reading of the clock', () => {
  // The script took 200 ms of the host's time, and the call 280: four ways of 20 ms, the last of them the answer's.
  const output = 'begin=1700000000100000000\nuser=deploy\nnow=1700000000300000000\n'
  const times = { beginMs: 5_000, endMs: 5_280 }

  it('leaves out the way of the answer', () => {
    expect(readClock(output, times)).toEqual({ offsetMs: HOST_MS - (5_280 - 20), errorMs: 80 + SECOND })
  })

  it.each([
    ['whole seconds, where date knows no nanoseconds', '1700000007'],
    ['whole seconds with a letter behind', '1700000007N'],
  ])('is known to %s', (_name, now) => {
    expect(readClock(`now=${now}\n`, { beginMs: 5_000, endMs: 5_000 })).toEqual({
      offsetMs: 1_700_000_007_000 - 5_000,
      errorMs: SECOND,
    })
  })

  it.each(['', 'now=\n', 'now=never\n'])('is none where the host says no time: %j', (text) => {
    expect(readClock(text, times)).toBeNull()
  })

  it.skipIf(process.platform === 'win32')('is what the script prints', () => {
    const beginMs = Date.now()
    const printed = execFileSync('sh', ['-c', CLOCK_SCRIPT], { encoding: 'utf8' })
    expect(Math.abs(readClock(printed, { beginMs, endMs: Date.now() })?.offsetMs ?? HOUR)).toBeLessThan(2 * SECOND)
  })
})

describe('the clock of a host', () => {
  let monotonicMs = 0
  const open = (hostMs = HOST_MS) => {
    monotonicMs = 5_000
    const clock = new HostClock(() => monotonicMs)
    clock.correct({ offsetMs: hostMs - monotonicMs, errorMs: SECOND })
    return clock
  }

  it.each([HOUR, -HOUR])('does not move when the clock of this computer is set by %i ms', (step) => {
    const clock = open()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + step })
    monotonicMs += 10_000
    expect(clock.now()).toBe(HOST_MS + 10_000)
  })

  it.each([HOUR, -HOUR])('follows when the host is set by %i ms', (step) => {
    const clock = open()
    clock.correct({ offsetMs: HOST_MS + step - monotonicMs, errorMs: SECOND })
    expect(clock.now()).toBe(HOST_MS + step)
  })

  it('stays where a reading over a slow line says no more than is known', () => {
    const clock = open()
    clock.correct({ offsetMs: HOST_MS + 4 * SECOND - monotonicMs, errorMs: 5 * SECOND })
    clock.correct(null)
    expect(clock.now()).toBe(HOST_MS)
  })
})

test('before it was read, the time of a host is that of this computer', () => {
  expect(Math.abs(new HostClock().now() - Date.now())).toBeLessThan(SECOND)
})
