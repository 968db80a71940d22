import { expect, test } from 'vitest'
import { parseImageReference, replaceTag, shortDigest } from './image-reference.ts'

const digest = `sha256:${'ab'.repeat(32)}`

test.each([
  ['postgres', 'postgres', null, null],
  ['postgres:16.8-alpine', 'postgres', '16.8-alpine', null],
  ['localhost:5000/a/b', 'localhost:5000/a/b', null, null],
  ['localhost:5000/a/b:0.10.0', 'localhost:5000/a/b', '0.10.0', null],
  [`ghcr.io/a/b@${digest}`, 'ghcr.io/a/b', null, digest],
  [`localhost:5000/a/b:1.0.0@${digest}`, 'localhost:5000/a/b', '1.0.0', digest],
])('%s is taken apart', (reference, repository, tag, expectedDigest) => {
  expect(parseImageReference(reference)).toEqual({ repository, tag, digest: expectedDigest })
})

test('a new tag replaces the old one and its digest', () => {
  expect(replaceTag(`localhost:5000/a/b:1.0.0@${digest}`, '1.1.0')).toBe('localhost:5000/a/b:1.1.0')
  expect(replaceTag('localhost:5000/a/b', '1.1.0')).toBe('localhost:5000/a/b:1.1.0')
})

test('a digest is shown by twelve characters', () => {
  expect(shortDigest(digest)).toBe('abababababab')
})
