import { describe, expect, it } from 'vitest'
import { builtAt, choosePlatform, listPlatforms, manifestSchema, nextPage } from './manifest.ts'

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`
const index = manifestSchema.parse({
  manifests: [
    { digest: digest('a'), size: 1, platform: { os: 'linux', architecture: 'amd64' } },
    { digest: digest('b'), size: 1, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { digest: digest('c'), size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
  ],
})

describe('an index', () => {
  it.each([
    ['linux', 'amd64', digest('a')],
    ['linux', 'arm64', digest('b')],
    ['linux', 's390x', null],
  ])('has for %s/%s: %s', (os, architecture, expected) => {
    if (index.kind !== 'index') throw new Error('not an index')
    expect(choosePlatform(index, { os, architecture })).toBe(expected)
    expect(listPlatforms(index)).toBe('linux/amd64, linux/arm64')
  })
})

it('knows an image by its config and layers', () => {
  const image = { config: { digest: digest('a'), size: 2 }, layers: [{ digest: digest('b'), size: 3 }] }
  expect(manifestSchema.parse(image)).toEqual({ kind: 'image', ...image })
  expect(manifestSchema.safeParse({ schemaVersion: 1, fsLayers: [] }).success).toBe(false)
})

it.each([
  ['2026-11-21T06:46:36.788Z', '2026-11-21T06:46:36.788Z'],
  ['1970-01-01T00:00:00Z', null],
  ['0001-01-01T00:00:00Z', null],
  ['nonsense', null],
  [null, null],
])('an image created at %s was built at %s', (created, expected) => {
  expect(builtAt(created)).toBe(expected)
})

it.each([
  ['</v2/a/tags/list?n=2&last=b>; rel="next"', 'http://reg:5000/v2/a/tags/list?n=2&last=b'],
  ['<http://reg:5000/v2/a/tags/list?last=b>; rel=next', 'http://reg:5000/v2/a/tags/list?last=b'],
  ['<https://elsewhere.example/v2/a/tags/list>; rel="next"', undefined],
  ['</v2/a/tags/list>; rel="prev"', undefined],
  [undefined, undefined],
])('the page after the link %s is %s', (link, expected) => {
  expect(nextPage(link, new URL('http://reg:5000/v2/a/tags/list?n=2'))?.href).toBe(expected)
})
