import { expect, it } from 'vitest'
import { besideName } from './objects.ts'

const mark = '20261121T061502Z-rollback-3f9a12-by-hand'

it.each(['new', 'old'] as const)('a bucket beside (%s) has a name that S3 allows, and no other bucket has', (kind) => {
  const names = ['workshops-production', 'workshops-queue', 'app'].map((bucket) => besideName(bucket, kind, mark))
  expect(new Set(names).size).toBe(3)
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]{3,63}$/)
  expect(names[2]).toBe(`app-slipway-${kind}-20261121t061502z-rollback-3f9a12-by-hand`)
})
