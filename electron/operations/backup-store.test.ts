import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCK_STALE_AFTER_MS } from '../../shared/operations/lock-state.ts'
import { listBackups, pruneBackups, readManifest, viewBackups, viewOneBackup } from './backup-store.ts'
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
  const incomplete = async () => (await viewBackups(place)).incomplete
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

/** A set in its folder, of a project. */
function putSet(id: string, manifest: object | string): void {
  const directory = `${layOut(place.slipwayDirectory).backups}/${id}`
  mkdirSync(directory, { recursive: true })
  writeFileSync(`${directory}/manifest.json`, typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
}
const complete = (id: string, project: string) => {
  return { format: 1, id, operationId: id, project, createdAt: '2026-11-21T06:15:02Z', datasets: [] }
}

it('tells a backup that it cannot read, and calls it neither complete nor left', async () => {
  const [good, newer] = [1, 2].map((day) => `2026112${day}T061502Z-upgrade-3f9a1c`) as [string, string]
  putSet(good, complete(good, 'shop'))
  putSet(newer, { ...complete(newer, 'shop'), format: 2 })
  const unreadable = {
    code: 'backup.corrupt',
    message: expect.stringContaining(newer),
    hint: expect.stringContaining('newer'),
  }
  expect(await viewBackups(place)).toMatchObject({ backups: [{ id: good }], incomplete: [], error: unreadable })
  expect(await viewOneBackup(place, good)).toMatchObject({ id: good })
  await expect(viewOneBackup(place, newer)).rejects.toMatchObject(unreadable)
  await expect(viewOneBackup({ ...place, project: 'other' }, good)).rejects.toMatchObject({ code: 'backup.not-found' })
  // A rollback without it is still to be had.
  expect(await readManifest(place.host, layOut(place.slipwayDirectory), newer)).toBeNull()
})

it('neither shows nor counts nor removes what another project keeps in the same directory', async () => {
  for (const [id, project] of [
    ['a', 'shop'],
    ['b', 'other'],
    ['c', 'shop'],
    ['d', 'other'],
  ] as const) {
    putSet(id, complete(id, project))
  }
  expect(await viewBackups(place)).toMatchObject({
    backups: [{ id: 'c' }, { id: 'a' }],
    error: { code: 'operation.other-project', message: expect.stringContaining('2 backups') },
  })
  expect(await pruneBackups(place, 1, new Set())).toEqual(['a'])
  expect((await listBackups(place)).map(({ id }) => id)).toEqual(['c'])
  expect((await listBackups({ ...place, project: 'other' })).map(({ id }) => id)).toEqual(['b', 'd'])
})
