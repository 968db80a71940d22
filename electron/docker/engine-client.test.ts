import { expect, it } from 'vitest'
import { digestOf } from './engine-client.ts'

const A = `sha256:${'a'.repeat(64)}`
const B = `sha256:${'b'.repeat(64)}`

it.each([
  ['of its own repository', [`mirror.example/web@${A}`, `ghcr.io/team/web@${B}`], 'ghcr.io/team/web:1', B],
  ['however short the reference is', [`mirror.example/nginx@${A}`, `nginx@${B}`], 'docker.io/library/nginx:1', B],
  ['whatever there is, for one that was made from an id', [`ghcr.io/team/web@${A}`], A, A],
  ['none, for an image that was built', [], 'shop-web', null],
])('a container’s digest is %s', (_name, repoDigests, reference, expected) => {
  expect(digestOf({ repoDigests }, reference)).toBe(expected)
})
