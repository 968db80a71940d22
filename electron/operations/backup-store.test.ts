import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCK_STALE_AFTER_MS } from '../../shared/operations/lock-state.ts'
import { viewBackups } from './backup-store.ts'
import { layOut } from './layout.ts'
import { StackLock } from './lock.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'

let place: SamplePlace

beforeEach(() => {
  place = makeSamplePlace()
})

afterEach(() => place[Symbol.asyncDispose]())

it('does not call a set left that is being written, as long as its operation is alive', async () => {
  const { host, slipwayDirectory } = place
  const layout = layOut(slipwayDirectory)
  for (const id of ['old', 'present']) mkdirSync(`${layout.backups}/${id}`, { recursive: true })
  const incomplete = async () => (await viewBackups(host, layout)).incomplete
  expect(await incomplete()).toEqual(['old', 'present'])

  const owner = { user: 'ann', machine: 'desk', instance: '1-a' }
  const request = { owner, operationId: 'present', kind: 'upgrade' as const, step: 'backup' }
  const lock = await StackLock.acquire(host, slipwayDirectory, request)
  expect(await incomplete()).toEqual(['old'])

  lock.abandon()
  const file = JSON.parse(readFileSync(layout.lockFile, 'utf8'))
  const heartbeatAt = new Date(Date.now() - LOCK_STALE_AFTER_MS - 1_000).toISOString()
  writeFileSync(layout.lockFile, JSON.stringify({ ...file, heartbeatAt }))
  expect(await incomplete()).toEqual(['old', 'present'])
})
