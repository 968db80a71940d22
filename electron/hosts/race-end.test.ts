import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { raceEnd } from './race-end.ts'

const pending = () => new Promise<never>(() => {})

test('each piece of work settles as it does by itself', async () => {
  const race = raceEnd(pending())
  expect(await race(Promise.resolve(1))).toBe(1)
  await expect(race(Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  expect(await race(Promise.resolve(2))).toBe(2)
})

test('the end cuts short what is waited for, and all that comes after', async () => {
  const end = Promise.withResolvers<string>()
  const race = raceEnd(end.promise)
  const waiting = race(pending())
  end.resolve('over')
  expect(await waiting).toBe('over')
  expect(await race(pending())).toBe('over')
  expect(await race(Promise.reject(new Error('nobody hears it')))).toBe('over')
})

test('an end that is a failure is thrown', async () => {
  const end = Promise.withResolvers<never>()
  const race = raceEnd(end.promise)
  const waiting = race(pending())
  end.reject(new Error('cut'))
  await expect(waiting).rejects.toThrow('cut')
  await expect(race(pending())).rejects.toThrow('cut')
})

test('results are not kept while the end is pending', async () => {
  const race = raceEnd(pending())
  const results: WeakRef<object>[] = []
  for (let round = 0; round < 10; round++) {
    const result = await race(Promise.resolve({ round }))
    results.push(new WeakRef(result))
  }
  // A reference that was just read is kept until the present work is done.
  await new Promise((resolve) => setTimeout(resolve))
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  // The last one may still be in use.
  expect(results.filter((result) => result.deref() !== undefined).length).toBeLessThanOrEqual(1)
})
