import { expect, it } from 'vitest'
import type { LayerProgress } from '../../shared/contract/operations.ts'
import { groupLayers, layerPercent } from './layers.ts'

const layer = (more: Partial<LayerProgress>): LayerProgress => ({
  service: 'web',
  layer: 'a1',
  status: 'downloading',
  currentBytes: 0,
  totalBytes: 100,
  ...more,
})

it('groups layers by service in the order in which services appear', () => {
  const groups = groupLayers([layer({}), layer({ service: 'db' }), layer({ layer: 'b2' })])
  expect(groups.map(({ service, layers }) => [service, layers.map((own) => own.layer)])).toEqual([
    ['web', ['a1', 'b2']],
    ['db', ['a1']],
  ])
})

it.each([
  [{ currentBytes: 25 }, 25],
  [{ currentBytes: 130 }, 100],
  [{ status: 'exists', totalBytes: null }, 100],
  [{ status: 'done', currentBytes: 0 }, 100],
  [{ status: 'waiting', currentBytes: 0 }, 0],
  [{ totalBytes: null, currentBytes: 30 }, null],
  [{ totalBytes: 0 }, null],
] as const)('gives a layer of %o a share of %s', (more, percent) => expect(layerPercent(layer(more))).toBe(percent))
