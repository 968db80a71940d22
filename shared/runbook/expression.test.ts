import { expect, test } from 'vitest'
import { explainExpression, matchesExpression } from './expression.ts'

const forEver = 'a repeated group that holds a repetition could take for ever'

test.each([
  ['^ok$', null],
  ['(ready|done)+', null],
  ['(\\d\\.){2}\\d', null],
  ['[(a+)+]+', null],
  ['\\(a+\\)+', null],
  ['(a+)(b+)', null],
  ['(a+)+', forEver],
  ['(a*b)*', forEver],
  ['(a{2,}){3,}', forEver],
  ['((a+))+', forEver],
  ['(?:(?:a|b)+c)*', forEver],
  ['(a+)?', null],
  ['x'.repeat(1001), 'it is longer than 1000 characters'],
])('%s', (source, expected) => {
  expect(explainExpression(source)).toBe(expected)
})

test('what cannot be used matches nothing', () => {
  expect(matchesExpression('(a+)+', 'aaa')).toBe(false)
  expect(matchesExpression('(', '(')).toBe(false)
  expect(matchesExpression('^a+$', 'aaa')).toBe(true)
})
