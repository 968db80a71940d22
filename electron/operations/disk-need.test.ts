import { expect, it } from 'vitest'
import { judgeSpace, needOfRestores } from './disk-need.ts'

const gigabyte = 1e9
const space = (freeBytes: number) => ({ path: '/var/lib/docker', freeBytes })
const images = { bytes: 1 * gigabyte, what: 'for images' }
const backup = { bytes: 2 * gigabyte, what: 'for the backup' }
const restore = { bytes: 2 * gigabyte, what: 'for a rollback to restore data' }

it('what a rollback may restore has to fit too, beside the images and the backup', () => {
  expect(judgeSpace(space(4 * gigabyte), [images, backup], true)).toMatchObject({ verdict: 'passed' })
  const finding = judgeSpace(space(4 * gigabyte), [images, backup, restore], true)
  expect(finding).toMatchObject({ verdict: 'failed', hint: expect.stringContaining('docker image prune') })
  expect(finding.detail).toBe(
    '4.0 GB free in /var/lib/docker, about 5.0 GB needed: 1.0 GB for images, 2.0 GB for the backup, 2.0 GB for a rollback to restore data.',
  )
  expect(judgeSpace(space(6 * gigabyte), [images, backup, restore], true).verdict).toBe('passed')
})

it('a disk that would be all but full is a warning', () => {
  expect(judgeSpace(space(3.1 * gigabyte), [images, backup], true).verdict).toBe('warning')
})

it('what needs nothing is not named, and what is not known is', () => {
  const nothing = [{ bytes: 0, what: 'for images' }]
  expect(judgeSpace(space(gigabyte), nothing, true).detail).toBe('1.0 GB free in /var/lib/docker, about 0 B needed.')
  expect(judgeSpace(space(gigabyte), nothing, false)).toMatchObject({ verdict: 'warning' })
})

it('a restore takes as much as the data does now, or as the backup where that is larger', () => {
  const datasets = [
    { id: 'grown', leastBytes: 10 },
    { id: 'emptied', leastBytes: 300 },
    { id: 'unmeasured', leastBytes: 5 },
  ]
  const sizes = { grown: 100, emptied: 1, other: 1000 }
  expect(needOfRestores([{ what: 'for it', datasets }], sizes)).toEqual([{ what: 'for it', bytes: 405 }])
})
