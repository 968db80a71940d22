import { expect, test } from 'vitest'
import { Shared } from './shared.ts'

function counted() {
  const events: string[] = []
  const shared = new Shared<string>(
    (key) => {
      events.push(`start ${key}`)
      return key.toUpperCase()
    },
    (value) => events.push(`end ${value}`),
  )
  return { shared, events }
}

test('it is made for the first and ended with the last', () => {
  const { shared, events } = counted()
  const first = shared.acquire('a')
  const second = shared.acquire('a')
  expect(first.value).toBe('A')
  first.release()
  expect(events).toEqual(['start a'])
  second.release()
  expect(events).toEqual(['start a', 'end A'])
  expect(shared.size).toBe(0)
})

test('a second release of the same holder does nothing', () => {
  const { shared, events } = counted()
  const first = shared.acquire('a')
  shared.acquire('a')
  first.release()
  first.release()
  expect(events).toEqual(['start a'])
})

test('who comes after the end gets a new one', () => {
  const { shared, events } = counted()
  shared.acquire('a').release()
  shared.acquire('a')
  expect(events).toEqual(['start a', 'end A', 'start a'])
})

test('a late release after disposal ends nothing twice', () => {
  const { shared, events } = counted()
  const held = shared.acquire('a')
  shared.dispose()
  shared.acquire('a')
  held.release()
  expect(events).toEqual(['start a', 'end A', 'start a'])
  expect(shared.peek('a')).toBe('A')
})
