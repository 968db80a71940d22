import { expect, test } from 'vitest'
import config from '../vitest.config.ts'

test('no two projects share a group: vitest refuses that where their numbers of workers differ, as they do by machine', () => {
  const groups = (config.test?.projects ?? []).map((project) =>
    typeof project === 'object' && 'test' in project ? (project.test?.sequence?.groupOrder ?? 0) : 0,
  )
  expect(groups.length).toBeGreaterThan(1)
  expect(new Set(groups).size).toBe(groups.length)
})
