import { expect, test } from 'vitest'
import { parseJsonPath, readJsonPath } from './json-path.ts'

test.each([
  ['status', ['status']],
  ['checks.database.status', ['checks', 'database', 'status']],
  ['items[0].id', ['items', 0, 'id']],
  ['[2]', [2]],
  ['["a.b"].c', ['a.b', 'c']],
  ['a["x"][1]', ['a', 'x', 1]],
  ['', []],
  ['a..b', null],
  ['a[', null],
  ['a[x]', null],
  ['.a', ['a']],
])('%s is read as %j', (path, expected) => {
  expect(parseJsonPath(path)).toEqual(expected)
})

test.each([
  [{ a: { b: 1 } }, ['a', 'b'], { found: true, value: 1 }],
  [{ a: null }, ['a'], { found: true, value: null }],
  [{ a: null }, ['a', 'b'], { found: false, value: undefined }],
  [{ a: [{ id: 7 }] }, ['a', 0, 'id'], { found: true, value: 7 }],
  [{ a: [] }, ['a', 0], { found: false, value: undefined }],
  [{}, ['constructor'], { found: false, value: undefined }],
  [{}, ['__proto__'], { found: false, value: undefined }],
  ['text', [], { found: true, value: 'text' }],
])('%j at %j', (value, path, expected) => {
  expect(readJsonPath(value, path)).toEqual(expected)
})
