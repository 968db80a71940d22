import { describe, expect, it } from 'vitest'
import { chooseWay, findDataWays } from './rollback-data.ts'

const backup = { backupId: 'b', backupAt: '2026-03-01T12:00:00Z', datasets: [], sentence: 'Back to then.' }
const torn = { allowed: false, reason: '1.0.0 and 1.1.0 are minor versions.' }
const same = { allowed: true, reason: '1.0.0 and 1.0.1 share a schema.' }

describe('what may become of the data in a rollback', () => {
  it('is not to stay where the runbook does not allow the images alone to go back', () => {
    const ways = findDataWays({ dataReturn: backup, imagesAlone: torn })
    expect(ways.restore.allowed).toBe(true)
    expect(ways.keep).toEqual({
      allowed: false,
      description: 'Not possible: the old version may not run on the present data. 1.0.0 and 1.1.0 are minor versions.',
    })
    // Such as one that was made for another rollback point.
    expect(chooseWay(ways, 'keep')).toBe('restore')
  })

  it('is to be chosen where both are possible, and comes back unasked', () => {
    const ways = findDataWays({ dataReturn: backup, imagesAlone: same })
    expect([ways.restore.allowed, ways.keep.allowed]).toEqual([true, true])
    expect(ways.keep.description).toBe('Only the images and files go back. 1.0.0 and 1.0.1 share a schema.')
    expect([chooseWay(ways, null), chooseWay(ways, 'keep')]).toEqual(['restore', 'keep'])
  })

  it('is to stay where no backup was made', () => {
    const ways = findDataWays({ dataReturn: null, imagesAlone: same })
    expect(ways.restore).toEqual({
      allowed: false,
      description: 'Not possible: no backup was made before the operation.',
    })
    expect(chooseWay(ways, null)).toBe('keep')
    expect(chooseWay(findDataWays({ dataReturn: null, imagesAlone: torn }), 'keep')).toBe('restore')
  })

  it('is never to stay where nobody judged it', () => {
    expect(findDataWays({ dataReturn: backup, imagesAlone: null }).keep.allowed).toBe(false)
  })
})
