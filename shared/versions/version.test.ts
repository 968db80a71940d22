import { describe, expect, test } from 'vitest'
import { isInRange, isPrerelease, isValidRange, parseTag, relate, sortVersions } from './version.ts'

describe('a tag is a version only when it is a full one behind exactly the prefix', () => {
  test.each([
    ['0.10.0', '', '0.10.0'],
    ['v1.4.2', 'v', '1.4.2'],
    ['v1.4.2', '', null],
    ['1.4.2', 'v', null],
    ['release-1.2.3', 'release-', '1.2.3'],
    ['1.0.0-beta.41', '', '1.0.0-beta.41'],
    ['0.12.0-rc.1', '', '0.12.0-rc.1'],
    ['0.10', '', null],
    ['1', '', null],
    ['latest', '', null],
    ['16.8-alpine', '', null],
    ['1.2.3-alpine', '', null],
    ['1.2.3-alpine3.20', '', null],
    ['01.2.3', '', null],
    ['1.2.3.4', '', null],
    ['sha-abc1234', '', null],
    ['', '', null],
    ['vv1.0.0', 'v', null],
  ])('%s behind “%s” is %s', (tag, prefix, expected) => {
    expect(parseTag(tag, prefix)).toBe(expected)
  })
})

test('versions are sorted by their numbers, newest first', () => {
  expect(sortVersions(['0.9.0', '0.10.0', '0.12.0-rc.1', '0.11.0', '0.12.0', '0.12.0-rc.10', '0.12.0-rc.9'])).toEqual([
    '0.12.0',
    '0.12.0-rc.10',
    '0.12.0-rc.9',
    '0.12.0-rc.1',
    '0.11.0',
    '0.10.0',
    '0.9.0',
  ])
})

test.each([
  ['1.0.0', false],
  ['1.0.0-0', true],
  ['0.12.0-rc.1', true],
])('%s is a pre-release: %s', (version, expected) => {
  expect(isPrerelease(version)).toBe(expected)
})

test.each([
  ['0.10.0', '0.10.1', 'patch'],
  ['0.10.0', '0.11.0', 'minor'],
  ['0.10.0', '1.0.0', 'major'],
  ['0.10.0', '0.9.0', 'downgrade'],
  ['0.10.0', '0.10.0', 'same'],
  ['0.12.0-rc.1', '0.12.0', 'patch'],
  ['0.12.0', '0.12.0-rc.1', 'downgrade'],
  ['0.11.0', '0.12.0-rc.1', 'minor'],
  ['1.9.9', '2.0.0-beta.1', 'major'],
  ['latest', '0.10.0', 'unknown'],
  [null, '0.10.0', 'unknown'],
  ['0.10.0', null, 'unknown'],
] as const)('from %s to %s is %s', (from, to, expected) => {
  expect(relate(from, to)).toBe(expected)
})

test.each([
  ['0.10.0', undefined, 'yes'],
  [null, undefined, 'yes'],
  ['0.10.0', '>=0.10.0', 'yes'],
  ['0.9.0', '>=0.10.0', 'no'],
  ['0.12.0-rc.1', '>=0.11.0', 'yes'],
  ['0.12.0-rc.1', '>=0.12.0', 'no'],
  [null, '>=0.10.0', 'unknown'],
  ['latest', '>=0.10.0', 'unknown'],
] as const)('%s in the range %s: %s', (version, range, expected) => {
  expect(isInRange(version, range)).toBe(expected)
})

test.each([
  ['>=1.0.0 <2', true],
  ['^1.2', true],
  ['*', true],
  ['1.2.3 or later', false],
  ['>>1', false],
])('%s as a range: %s', (range, expected) => {
  expect(isValidRange(range)).toBe(expected)
})
