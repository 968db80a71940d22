import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { Host } from '../hosts/host.ts'
import { OperationMarks } from './operation-marks.ts'

const ref = { hostId: 'vm', project: 'shop' }
const connected = (since: string) => ({ id: 'vm', status: { kind: 'connected', since } }) as Host
const here = connected('today')
const away = { id: 'vm', status: { kind: 'idle' } } as Host

/** How a reading of the history goes, the last one for all that follow: what it finds after so long, or an error. */
type Answer = { readonly ids: readonly string[]; readonly afterMs?: number; readonly endedAt?: string | null } | Error

function open(...answers: readonly Answer[]) {
  let reads = 0
  const history = async () => {
    const answer = answers[Math.min(reads, answers.length - 1)] ?? new Error('Nothing is there.')
    reads += 1
    if (answer instanceof Error) throw answer
    const { ids, afterMs = 0, endedAt = '2026-11-21T06:20:00.000Z' } = answer
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs))
    const operations = ids.map((id) => ({ id, kind: 'upgrade', endedAt }) as OperationSummary)
    return { operations, error: null }
  }
  const marks = new OperationMarks({ history })
  const read = async (host: Host, operation: string | null = null) =>
    (await marks.read(host, ref, operation)).map(({ id }) => id)
  return { read, reads: () => reads }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('they are read once while nothing changes, however many ask', async () => {
  const { read, reads } = open({ ids: ['a'] })
  expect(await Promise.all([read(here), read(here)])).toEqual([['a'], ['a']])
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  expect([await read(here), reads()]).toEqual([['a'], 1])
})

test('they are read again when an operation begins or ends, after a new connection, and after some minutes', async () => {
  const { read, reads } = open({ ids: ['a'] }, { ids: ['a', 'b'] })
  await read(here)
  expect([await read(here, 'b'), reads()]).toEqual([['a', 'b'], 2])
  await read(here)
  expect(reads()).toBe(3)
  await read(connected('later'))
  expect(reads()).toBe(4)
  await vi.advanceTimersByTimeAsync(4 * 60_000)
  await read(connected('later'))
  expect(reads()).toBe(5)
})

test('the kept ones are told where the host is away or the records cannot be read, and the next who asks tries again', async () => {
  const { read, reads } = open({ ids: ['a'] }, new Error('The disk is broken.'), { ids: ['a', 'b'] })
  await read(here)
  expect([await read(away), reads()]).toEqual([['a'], 1])
  expect([await read(connected('later')), reads()]).toEqual([['a'], 2])
  expect([await read(connected('later')), reads()]).toEqual([['a', 'b'], 3])
})

test('a history that takes long is not waited for, and told the next time', async () => {
  const { read, reads } = open({ ids: ['a'], afterMs: 20_000 })
  const first = read(here)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(await first).toEqual([])
  await vi.advanceTimersByTimeAsync(20_000)
  expect([await read(here), reads()]).toEqual([['a'], 1])
})

test('what was under way when it was read is not told to be so for ever', async () => {
  const { read } = open({ ids: ['a'], endedAt: null }, new Error('The disk is broken.'))
  expect(await read(here, 'a')).toEqual(['a'])
  expect(await read(away, 'a')).toEqual(['a'])
  expect(await read(here)).toEqual([])
})
