import { expect, test } from 'vitest'
import { isSpecificGlob, matchesImage } from './image-glob.ts'

test.each([
  ['**/acme/error-tracker', 'ghcr.io/someone/acme/error-tracker', true],
  ['**/acme/error-tracker', 'localhost:5000/someone/acme/error-tracker', true],
  ['**/acme/error-tracker', 'acme/error-tracker', true],
  ['**/acme/error-tracker', 'ghcr.io/someone/notacme/error-tracker', false],
  ['**/acme/error-tracker', 'ghcr.io/someone/acme/error-tracker-debug', false],
  ['ghcr.io/acme/*', 'ghcr.io/acme/api', true],
  ['ghcr.io/acme/*', 'ghcr.io/acme/team/api', false],
  ['ghcr.io/acme/**', 'ghcr.io/acme/team/api', true],
  ['ghcr.io/acme/*', 'ghcrxio/acme/api', false],
  ['postgres', 'postgres', true],
  ['postgres', 'docker.io/library/postgres', true],
  ['postgres', 'acme/postgres', false],
  ['**/postgres', 'postgres', true],
  ['acme/api', 'docker.io/acme/api', true],
  ['acme/ap?', 'acme/api', true],
])('%s and %s: %s', (glob, repository, expected) => {
  expect(matchesImage(glob, repository)).toBe(expected)
})

test.each([
  ['**', false],
  ['*/*', false],
  ['', false],
  ['**/acme api', false],
  ['**/api', true],
])('%s says something: %s', (glob, expected) => {
  expect(isSpecificGlob(glob)).toBe(expected)
})
