import { expect, it } from 'vitest'
import { type LayerState, type PullMessage, reduceLayers } from './layer-progress.ts'

function reduce(messages: readonly PullMessage[]): LayerState[] {
  const none: ReadonlyMap<string, LayerState> = new Map()
  return [...messages.reduce(reduceLayers, none).values()]
}

it.each<[string, PullMessage[], LayerState]>([
  [
    'waits',
    [{ id: 'a', status: 'Pulling fs layer' }],
    { layer: 'a', status: 'waiting', currentBytes: 0, totalBytes: null },
  ],
  [
    'downloads',
    [{ id: 'a', status: 'Downloading', progressDetail: { current: 10, total: 100 } }],
    { layer: 'a', status: 'downloading', currentBytes: 10, totalBytes: 100 },
  ],
  [
    'is verified once it is whole',
    [
      { id: 'a', status: 'Downloading', progressDetail: { current: 10, total: 100 } },
      { id: 'a', status: 'Verifying Checksum' },
      { id: 'a', status: 'Download complete' },
    ],
    { layer: 'a', status: 'verifying', currentBytes: 100, totalBytes: 100 },
  ],
  [
    'is extracted',
    [
      { id: 'a', status: 'Downloading', progressDetail: { current: 100, total: 100 } },
      { id: 'a', status: 'Extracting', progressDetail: { current: 40, total: 100 } },
    ],
    { layer: 'a', status: 'extracting', currentBytes: 40, totalBytes: 100 },
  ],
  [
    'is done with all its bytes',
    [
      { id: 'a', status: 'Downloading', progressDetail: { current: 10, total: 100 } },
      { id: 'a', status: 'Pull complete', progressDetail: {} },
    ],
    { layer: 'a', status: 'done', currentBytes: 100, totalBytes: 100 },
  ],
  [
    'was there before',
    [{ id: 'a', status: 'Already exists' }],
    { layer: 'a', status: 'exists', currentBytes: 0, totalBytes: null },
  ],
  [
    'keeps no bytes of a try that failed',
    [
      { id: 'a', status: 'Downloading', progressDetail: { current: 90, total: 100 } },
      { id: 'a', status: 'Retrying in 3 seconds' },
    ],
    { layer: 'a', status: 'waiting', currentBytes: 0, totalBytes: 100 },
  ],
])('a layer %s', (_name, messages, expected) => {
  expect(reduce(messages)).toEqual([expected])
})

it('keeps the layers in the order in which they were named', () => {
  const layers = reduce([
    { id: 'b', status: 'Pulling fs layer' },
    { id: 'a', status: 'Already exists' },
    { id: 'b', status: 'Pull complete' },
  ])
  expect(layers.map(({ layer, status }) => [layer, status])).toEqual([
    ['b', 'done'],
    ['a', 'exists'],
  ])
})

it('passes over what is not about a layer', () => {
  const before = new Map<string, LayerState>()
  expect(reduceLayers(before, { id: '0.10.0', status: 'Pulling from team/app' })).toBe(before)
  expect(reduceLayers(before, { status: 'Digest: sha256:…' })).toBe(before)
})
