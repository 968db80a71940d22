import { expect, test } from 'vitest'
import { judgeTag } from './tag-standing.ts'

const INDEX = `sha256:${'a'.repeat(64)}`
const PLATFORM = `sha256:${'b'.repeat(64)}`
const OLD = `sha256:${'c'.repeat(64)}`
const LAYERS = `sha256:${'d'.repeat(64)}`
const digests = [INDEX, PLATFORM]
const container = (digest: string | null, imageId = LAYERS) => ({ digest, imageId })

test.each([
  ['the same index', [container(INDEX)], digests, 'tag-same', 'latest is still the image that runs, aaaaaaaaaaaa.'],
  [
    'the same image of it',
    [container(PLATFORM)],
    digests,
    'tag-same',
    'latest is still the image that runs, aaaaaaaaaaaa.',
  ],
  [
    'an engine that calls images by these digests',
    [container(null, INDEX)],
    digests,
    'tag-same',
    'latest is still the image that runs, aaaaaaaaaaaa.',
  ],
  [
    'another image',
    [container(OLD)],
    digests,
    'tag-moved',
    'latest points to another image now: aaaaaaaaaaaa in the registry, while cccccccccccc runs.',
  ],
  [
    'one container that lags behind',
    [container(INDEX), container(OLD)],
    digests,
    'tag-moved',
    'latest points to another image now: aaaaaaaaaaaa in the registry, while cccccccccccc runs.',
  ],
  [
    'an image without a digest',
    [container(null)],
    digests,
    'unknown',
    'latest is aaaaaaaaaaaa in the registry; the engine knows no digest of the image that runs, so it was built or loaded by hand.',
  ],
  ['a tag that is gone', [container(OLD)], null, 'unknown', 'The registry has no tag latest any more.'],
])('a moving tag with %s', (_title, running, now, standing, reason) => {
  expect(judgeTag('latest', running, now)).toEqual({ standing, reason })
})
