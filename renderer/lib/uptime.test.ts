import { describe, expect, it } from 'vitest'
import { formatObserved, formatShare, observedSentence } from './uptime.ts'

describe('an uptime', () => {
  it.each([
    [1, '100 %'],
    [0.999_999, '99.99 %'],
    [0.9998, '99.98 %'],
    [0.995, '99.50 %'],
    [0.987_65, '98.76 %'],
    [0.5, '50.00 %'],
    [0.05, '5.00 %'],
    [0.000_01, '< 0.01 %'],
    [0, '0 %'],
  ])('of %d is %s', (share, text) => expect(formatShare(share)).toBe(text))
})

it('never says that all was observed when it was not', () => {
  expect(formatObserved(0.9999)).toBe('99 %')
  expect(formatObserved(0.001)).toBe('< 1 %')
})

it('says what the figure is a share of', () => {
  expect(observedSentence({ range: '24h', up: 0.9998, observed: 0.61 })).toBe('of the 61 % observed')
  expect(observedSentence({ range: '24h', up: null, observed: 0 })).toBe('not observed')
  expect(observedSentence({ range: '24h', up: null, observed: 0.2 })).toBe('only maintenance in the 20 % observed')
})
