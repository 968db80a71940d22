import { expect, it } from 'vitest'
import { compareApi, negotiateApi } from './engine-api.ts'
import { isOlder } from './engine-info.ts'

it.each([
  ['1.41', '1.41'],
  ['1.45', '1.45'],
  ['1.99', '1.47'],
])('an engine that speaks %s is asked in %s', (engine, asked) => {
  expect(negotiateApi(engine)).toBe(asked)
})

it('compares API versions by number, not by letter', () => {
  expect(compareApi('1.9', '1.41')).toBeLessThan(0)
  expect(compareApi('1.41', '1.41')).toBe(0)
  expect(compareApi('2.0', '1.99')).toBeGreaterThan(0)
})

it.each([
  ['2.26.1-4', false],
  ['2.20.0', false],
  ['2.19.9', true],
  ['2.0.1', true],
  ['2.9.0-desktop.1', true],
  ['5.0', false],
])('Compose %s is too old: %s', (version, expected) => {
  expect(isOlder(version, '2.20.0')).toBe(expected)
})
