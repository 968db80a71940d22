import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ProbeResult } from '../../shared/contract/stacks.ts'
import { type Probe, probeSchema } from '../../shared/runbook/probe-schema.ts'
import { ProbeSchedule } from './probe-schedule.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function probe(id: string, intervalSeconds = 15): Probe {
  return probeSchema.parse({ id, intervalSeconds, tcp: { service: 'api', port: 1 } })
}

/** A schedule whose questions are answered by hand. */
function start({
  isWatched = true,
  health = 'healthy',
}: {
  isWatched?: boolean
  health?: ProbeResult['health'] | (() => ProbeResult['health'])
} = {}) {
  const asked: { id: string; answer: () => void; fail: (error: Error) => void; signal: AbortSignal }[] = []
  const bugs: unknown[] = []
  let changes = 0
  const schedule = new ProbeSchedule({
    ask: ({ id }, signal) =>
      new Promise<ProbeResult>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const answer = () => resolve({ id, health: typeof health === 'function' ? health() : health } as ProbeResult)
        asked.push({ id, answer, fail: reject, signal })
      }),
    reportBug: (bug) => bugs.push(bug),
    onResult: () => {
      changes += 1
    },
    isWatched: () => isWatched,
  })
  const answerAll = async () => {
    for (const { answer } of asked.splice(0)) answer()
    await vi.advanceTimersByTimeAsync(0)
  }
  /** After each answer nothing is asked for so many seconds, and then one question. */
  const expectRests = async (rests: readonly number[]) => {
    for (const seconds of rests) {
      await answerAll()
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 1)
      expect(asked).toEqual([])
      await vi.advanceTimersByTimeAsync(1)
      expect(asked).toHaveLength(1)
    }
  }
  return { schedule, asked, bugs, answerAll, expectRests, changes: () => changes }
}

test('a probe is asked at once, and again after its interval', async () => {
  const { schedule, asked, answerAll, changes } = start()
  schedule.update([probe('a', 15)])
  expect(asked.map(({ id }) => id)).toEqual(['a'])
  await answerAll()
  await vi.advanceTimersByTimeAsync(14_999)
  expect(asked).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(asked.map(({ id }) => id)).toEqual(['a'])
  expect(changes()).toBe(1)
  schedule.stop()
})

test.each([
  ['down', 4, 15],
  ['unknown', 4, 15],
  ['healthy', 120, 120],
] as const)(
  'a probe that is asked every two minutes and is %s is asked again after %i s, and then every %i s',
  async (health, first, then) => {
    const { schedule, expectRests } = start({ health })
    schedule.update([probe('a', 120)])
    await expectRests([first, then, then])
    schedule.stop()
  },
)

test.each<[string, ProbeResult['health'][], readonly number[]]>([
  [
    'another kind is asked again soon, however many there were before',
    ['degraded', 'degraded', 'degraded', 'degraded', 'degraded', 'down', 'down'],
    [4, 15, 15, 30, 60, 4, 60],
  ],
  [
    'kinds that take turns is asked less and less often',
    ['down', 'unknown', 'down', 'unknown', 'down'],
    [4, 15, 15, 30, 60],
  ],
])('while nobody looks, a failure of %s', async (_title, answers, rests) => {
  const { schedule, expectRests } = start({ isWatched: false, health: () => answers.shift() ?? 'healthy' })
  schedule.update([probe('a', 120)])
  await vi.advanceTimersByTimeAsync(0)
  await expectRests(rests)
  schedule.stop()
})

test('a probe that asks otherwise has no answer until it is asked, and what was asked before gives none', async () => {
  const { schedule, asked, answerAll } = start()
  schedule.update([probe('a', 15)])
  await answerAll()
  schedule.update([probe('a', 15)])
  expect([asked.length, schedule.results.size]).toEqual([0, 1])
  schedule.update([probe('a', 20)])
  expect([asked.length, schedule.results.size]).toEqual([1, 0])
  schedule.update([probe('a', 30)])
  await answerAll()
  expect([asked.length, schedule.results.size]).toEqual([1, 0])
  await answerAll()
  expect([asked.length, schedule.results.size]).toEqual([0, 1])
  schedule.stop()
})

test('a slow probe is never asked twice at once', async () => {
  const { schedule, asked, answerAll } = start()
  schedule.update([probe('a', 1)])
  await vi.advanceTimersByTimeAsync(10_000)
  schedule.askAll()
  schedule.askAll()
  expect(asked).toHaveLength(1)
  await answerAll()
  expect(asked).toHaveLength(1)
  await answerAll()
  expect(asked).toHaveLength(0)
  schedule.stop()
})

test('a probe that is gone is forgotten, with what it answers late', async () => {
  const { schedule, answerAll } = start()
  schedule.update([probe('a'), probe('b')])
  schedule.update([probe('b')])
  await answerAll()
  expect([...schedule.results.keys()]).toEqual(['b'])
  schedule.stop()
})

test('all are answered when the last one is, or when the schedule ends', async () => {
  const { schedule, asked, answerAll } = start()
  schedule.update([probe('a'), probe('b')])
  let isDone = false
  void schedule.allAnswered().then(() => {
    isDone = true
  })
  asked[0]?.answer()
  await vi.advanceTimersByTimeAsync(0)
  expect(isDone).toBe(false)
  await answerAll()
  expect(isDone).toBe(true)

  schedule.update([probe('c')])
  const later = schedule.allAnswered()
  schedule.stop()
  await later
})

test('after the end nothing is asked and nothing waits', async () => {
  const { schedule, asked, answerAll } = start()
  schedule.update([probe('a', 1)])
  await answerAll()
  schedule.askAll()
  schedule.stop()
  expect(asked[0]?.signal.aborted).toBe(true)
  asked.length = 0
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('while nobody looks one is asked at a time, and one that is forgotten meanwhile is not asked', async () => {
  const { schedule, asked, answerAll } = start({ isWatched: false })
  schedule.update([probe('a'), probe('b'), probe('c')])
  await vi.advanceTimersByTimeAsync(0)
  expect(asked.map(({ id }) => id)).toEqual(['a'])
  schedule.update([probe('a'), probe('c')])
  await answerAll()
  expect(asked.map(({ id }) => id)).toEqual(['c'])
  schedule.stop()
})

test('one that cannot be asked is reported, has no answer any more, and is asked again', async () => {
  const { schedule, asked, bugs, answerAll, changes } = start()
  schedule.update([probe('a', 120)])
  await answerAll()
  schedule.askAll()
  asked.shift()?.fail(new Error('Nobody thought of that.'))
  await vi.advanceTimersByTimeAsync(0)
  expect([bugs.map(String), schedule.results.size, changes()]).toEqual([['Error: Nobody thought of that.'], 0, 2])
  await vi.advanceTimersByTimeAsync(15_000)
  await answerAll()
  expect([schedule.results.size, bugs.length]).toEqual([1, 1])
  schedule.stop()
})

test('what was forgotten is not answered any more, nor by an answer to what was asked before', async () => {
  const { schedule, asked, answerAll } = start()
  schedule.update([probe('a'), probe('b')])
  asked.shift()?.answer()
  await vi.advanceTimersByTimeAsync(0)
  expect([...schedule.results.keys()]).toEqual(['a'])
  schedule.forgetAnswers()
  await answerAll()
  expect([schedule.results.size, asked.map(({ id }) => id)]).toEqual([0, ['b']])
  await answerAll()
  expect([...schedule.results.keys()]).toEqual(['b'])
  schedule.stop()
})

/** Whether the promise has been kept by now. */
function follow(promise: Promise<void>) {
  const followed = { isDone: false }
  void promise.then(() => {
    followed.isDone = true
  })
  return followed
}

test('all asked anew are answered though some probe runs at every moment', async () => {
  const { schedule, asked } = start({ isWatched: false, health: 'down' })
  const answerNext = async () => {
    asked.shift()?.answer()
    await vi.advanceTimersByTimeAsync(0)
  }
  schedule.update([probe('a'), probe('b'), probe('c')])
  await vi.advanceTimersByTimeAsync(0)
  const anew = follow(schedule.askAnew(60_000))
  // The first answer is to a question that was put before.
  for (let answers = 0; answers < 3; answers++) {
    await vi.advanceTimersByTimeAsync(8_000)
    await answerNext()
  }
  expect(anew.isDone).toBe(false)
  await answerNext()
  expect(anew.isDone).toBe(true)
  expect(asked).toHaveLength(1)
  schedule.stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('what is not answered anew in time counts as not answered', async () => {
  const { schedule, asked, answerAll, changes } = start()
  schedule.update([probe('a'), probe('b')])
  await answerAll()
  const anew = follow(schedule.askAnew(10_000))
  asked.shift()?.answer()
  await vi.advanceTimersByTimeAsync(9_999)
  expect([anew.isDone, schedule.results.size, changes()]).toEqual([false, 2, 3])
  await vi.advanceTimersByTimeAsync(1)
  expect([anew.isDone, [...schedule.results.keys()], changes()]).toEqual([true, ['a'], 4])
  schedule.stop()
})

test('asking anew ends with the schedule, and with the probes that are waited for', async () => {
  const { schedule, answerAll } = start()
  schedule.update([probe('a')])
  await answerAll()
  const first = schedule.askAnew(10_000)
  schedule.update([probe('b')])
  await first
  const second = schedule.askAnew(10_000)
  schedule.stop()
  await second
  expect(vi.getTimerCount()).toBe(0)
})
