import { expect, test } from 'vitest'
import { isMovingTag } from './moving-tag.ts'

test.each([
  [null, true],
  ['', true],
  ['latest', true],
  ['main', true],
  ['stable', true],
  ['edge', true],
  ['0.10', true],
  ['0', true],
  ['v1', true],
  ['1.2-alpine', true],
  ['16-alpine', true],
  ['16.8-alpine', true],
  ['deadbeef-but-a-branch', true],
  ['feedface', true],
  ['0.10.0', false],
  ['v1.4.2', false],
  ['1.0.0-beta.41', false],
  ['16.8.1-alpine', false],
  ['RELEASE.2025-03-12T18-04-18Z', false],
  ['20250312', false],
  ['sha-5bbe1d9', false],
  ['main-5bbe1d9', false],
  ['5bbe1d9c2f', false],
])('%s moves: %s', (tag, expected) => {
  expect(isMovingTag(tag)).toBe(expected)
})
