import { expect, test } from 'vitest'
import type { ImageInfo } from './engine.ts'
import { createLayerCounter } from './known-layers.ts'

test('a layer is here only with all those below it, and each image is asked for once', async () => {
  const images = new Map([
    ['one', ['a', 'b', 'c']],
    ['two', ['a', 'x']],
    ['none', []],
  ])
  const asked: string[] = []
  const toInfo = (id: string) => ({ id, diffIds: images.get(id) ?? [] }) as unknown as ImageInfo
  const count = createLayerCounter({
    listImages: async () => [...images.keys()].map(toInfo),
    inspectImage: async (id) => {
      asked.push(id)
      return toInfo(id)
    },
  })
  expect(await count(['a', 'b', 'z'])).toBe(2)
  expect(await count(['a', 'b', 'c', 'd'])).toBe(3)
  expect(await count(['b', 'c'])).toBe(0)
  expect(await count([])).toBe(0)
  expect(asked).toEqual(['one', 'two', 'none'])
  images.delete('one')
  expect(await count(['a', 'b', 'z'])).toBe(1)
})
