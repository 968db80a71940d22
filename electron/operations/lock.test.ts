import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Owner } from '../../shared/contract/operations.ts'
import { ENDED_STALE_AFTER_MS, LOCK_STALE_AFTER_MS } from '../../shared/operations/lock-state.ts'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { describeLock, outlastOwnWork, readLock, StackLock } from './lock.ts'
import { viewLockOf } from './lock-view.ts'
import { writePlan } from './operation-files.ts'
import { alterHost, makeSamplePlace, type SamplePlace } from './sample-place.ts'

const ann: Owner = { user: 'ann', machine: 'desk', instance: '1-a' }
const bob: Owner = { user: 'bob', machine: 'sofa', instance: '2-b' }
const request = (owner: Owner, operationId = 'op-1') => ({
  owner,
  operationId,
  kind: 'upgrade' as const,
  step: 'lock',
})

let place: SamplePlace
let held: StackLock[]

beforeEach(() => {
  place = makeSamplePlace()
  held = []
})

afterEach(async () => {
  for (const lock of held) lock.abandon()
  await place[Symbol.asyncDispose]()
})

async function acquire(owner = ann) {
  const lock = await StackLock.acquire(place.host, place.slipwayDirectory, request(owner))
  held.push(lock)
  return lock
}

async function takeOver(owner: Owner) {
  const taken = await StackLock.takeOver(place.host, place.slipwayDirectory, request(owner))
  held.push(taken.lock)
  return taken
}

/** Makes the heartbeat as old as that of an app which is not heard of any more. */
function age(milliseconds = LOCK_STALE_AFTER_MS + 1_000) {
  const path = `${place.slipwayDirectory}/lock/lock.json`
  const file = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...file, heartbeatAt: new Date(Date.now() - milliseconds).toISOString() }))
}

const directories = () => readdirSync(place.slipwayDirectory)

describe('a lock', () => {
  it('is free, taken, seen by others, and given back without a trace', async () => {
    expect(await readLock(place.host, place.slipwayDirectory)).toBeNull()
    const lock = await acquire()
    await lock.enterStep('pull')
    const seen = await readLock(place.host, place.slipwayDirectory)
    expect(seen).toMatchObject({ owner: ann, operationId: 'op-1', step: 'pull' })
    await lock.release()
    expect(directories()).toEqual([])
  })

  it('is refused to a second with the name and the time of the first', async () => {
    const lock = await acquire()
    await expect(acquire(bob)).rejects.toMatchObject({
      code: 'operation.locked',
      message: expect.stringContaining(`ann on desk has been working on this stack`),
      details: { acquiredAt: lock.file.acquiredAt },
    })
  })

  it('is had by one of many that try at once', async () => {
    const owners = Array.from({ length: 8 }, (_, index) => ({ ...ann, instance: `${index}-x` }))
    const results = await Promise.allSettled(owners.map((owner) => acquire(owner)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is not taken over while its heartbeat is young', async () => {
    await acquire()
    await expect(takeOver(bob)).rejects.toMatchObject({ code: 'operation.locked' })
  })

  it('is not taken from an app of the same names whose process is not here, however that comes', async () => {
    const gone = spawnSync(process.execPath, ['--version']).pid
    const left = { ...ann, instance: `${gone}-a`, boot: 'here' }
    await acquire(left)
    for (const me of [
      { ...ann, instance: '2-b' },
      { ...ann, instance: '2-b', boot: 'elsewhere' },
    ]) {
      age(LOCK_STALE_AFTER_MS - 5_000)
      await expect(takeOver(me)).rejects.toMatchObject({ code: 'operation.locked' })
    }
    const next = { ...left, instance: '2-b' }
    age(ENDED_STALE_AFTER_MS - 5_000)
    await expect(takeOver(next)).rejects.toMatchObject({ code: 'operation.locked' })
    age(ENDED_STALE_AFTER_MS + 1_000)
    expect((await takeOver(next)).from).toEqual(left)
  })

  it('is judged by the clock that the host has now, and not by what was known of it', async () => {
    const lock = await acquire()
    let [knownMs, hostMs] = [Date.now() + 3_600_000, Date.now()]
    const jumped = alterHost(place.host, { now: () => knownMs, readClock: async () => hostMs })
    expect((await describeLock(jumped, lock.file, bob)).stale).toBe(false)
    await expect(StackLock.takeOver(jumped, place.slipwayDirectory, request(bob))).rejects.toMatchObject({
      code: 'operation.locked',
    })
    ;[knownMs, hostMs] = [Date.now(), Date.now() + 3_600_000]
    expect((await describeLock(jumped, lock.file, bob)).stale).toBe(true)
    const { lock: taken } = await StackLock.takeOver(jumped, place.slipwayDirectory, request(bob))
    held.push(taken)
    await taken.enterStep('pin')
    expect(Date.parse(taken.file.acquiredAt)).toBe(hostMs)
    expect(Date.parse(taken.file.heartbeatAt)).toBe(hostMs)
  })

  it('is judged by no clock where this app is at work itself, and by the host’s where it is not', async () => {
    const plan = samplePlan()
    await writePlan(place.host, place.slipwayDirectory, plan)
    held.push(await StackLock.acquire(place.host, place.slipwayDirectory, request(ann, plan.id)))
    const later = Date.now() + 3_600_000
    let asked = 0
    const readClock = async () => {
      asked += 1
      return later
    }
    const seen = { ...place, host: alterHost(place.host, { readClock }) }
    const viewAs = (owner: Owner, isAtWork: boolean) => viewLockOf(seen, { owner, isAtWork: () => isAtWork })
    expect([await viewAs(ann, true), asked]).toEqual([expect.objectContaining({ stale: false, mine: true }), 0])
    expect([await viewAs(ann, false), asked]).toEqual([expect.objectContaining({ stale: true, mine: true }), 1])
    expect([await viewAs(bob, true), asked]).toEqual([expect.objectContaining({ stale: true, mine: false }), 2])
  })

  it('is free when it was given back while it was looked at', async () => {
    await acquire()
    const isAtWork = () => {
      rmSync(`${place.slipwayDirectory}/lock`, { recursive: true })
      return false
    }
    expect(await viewLockOf(place, { owner: ann, isAtWork })).toBeNull()
  })

  it('is taken over when its heartbeat is stale, from a named owner', async () => {
    await acquire()
    age()
    const { from } = await takeOver(bob)
    expect(from).toEqual(ann)
    expect(await readLock(place.host, place.slipwayDirectory)).toMatchObject({ owner: bob })
    expect(directories()).toEqual(['lock'])
  })

  it('is taken over by one of many that try at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const first = await acquire()
      age()
      const owners = Array.from({ length: 6 }, (_, index) => ({ ...bob, instance: `${index}-${round}` }))
      const results = await Promise.allSettled(owners.map((owner) => takeOver(owner)))
      const winners = results.filter((result) => result.status === 'fulfilled')
      // Also from whom: nobody may find the lock free between two holders.
      expect(winners.map(({ value }) => value.from)).toEqual([ann])
      expect((await readLock(place.host, place.slipwayDirectory))?.owner).toEqual(winners[0]?.value.lock.file.owner)
      first.abandon()
      for (const lock of held.splice(0)) await lock.release()
      expect(directories()).toEqual([])
    }
  })

  it('is left alone by its own app until what that did has had time to end', async () => {
    const lock = await acquire()
    lock.abandon()
    age(ENDED_STALE_AFTER_MS - 1_000)
    const heartbeatAt = Date.parse((await readLock(place.host, place.slipwayDirectory))?.heartbeatAt ?? '')
    await outlastOwnWork(place.host, place.slipwayDirectory, request(ann), new AbortController().signal)
    expect(Date.now()).toBeGreaterThanOrEqual(heartbeatAt + ENDED_STALE_AFTER_MS)
    await takeOver(ann)
  })

  it('is not written any more by a heartbeat that was under way when it was let go of', async () => {
    const isAsked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<number>()
    let isLate = false
    const readClock = async () => {
      if (!isLate) return Date.now()
      isAsked.resolve()
      return answer.promise
    }
    const host = alterHost(place.host, { readClock })
    const lock = await StackLock.acquire(host, place.slipwayDirectory, request(ann))
    const before = await readLock(place.host, place.slipwayDirectory)
    isLate = true
    const step = lock.enterStep('pin')
    await isAsked.promise
    lock.abandon()
    answer.resolve(Date.now() + 1_000)
    await step
    expect(await readLock(place.host, place.slipwayDirectory)).toEqual(before)
  })

  it('is lost, and says so before the next step, when another has taken it over', async () => {
    const lock = await acquire()
    age()
    await takeOver(bob)
    await expect(lock.enterStep('pin')).rejects.toMatchObject({
      code: 'operation.lock-lost',
      message: expect.stringContaining('bob on sofa took it over'),
    })
    expect(lock.lost.aborted).toBe(true)
    await lock.release()
    expect(await readLock(place.host, place.slipwayDirectory)).toMatchObject({ owner: bob })
  })

  it('is lost when its directory is gone', async () => {
    const lock = await acquire()
    await place.host.files.removeTree(`${place.slipwayDirectory}/lock`)
    await expect(lock.enterStep('pin')).rejects.toMatchObject({ code: 'operation.lock-lost' })
    expect(existsSync(`${place.slipwayDirectory}/lock`)).toBe(false)
  })

  it('without a file is being taken, and stale when that was long ago', async () => {
    const path = `${place.slipwayDirectory}/lock`
    mkdirSync(path)
    await expect(acquire(bob)).rejects.toMatchObject({ code: 'operation.locked' })
    const old = new Date(Date.now() - LOCK_STALE_AFTER_MS - 1_000)
    utimesSync(path, old, old)
    const seen = await readLock(place.host, place.slipwayDirectory)
    expect(seen === null ? null : (await describeLock(place.host, seen, bob)).stale).toBe(true)
    await takeOver(bob)
    expect(await readLock(place.host, place.slipwayDirectory)).toMatchObject({ owner: bob })
  })

  it('is not blocked for ever by somebody who claimed it and died', async () => {
    await acquire()
    age()
    const claim = `${place.slipwayDirectory}/lock/taken-over`
    mkdirSync(claim)
    await expect(takeOver(bob)).rejects.toMatchObject({ code: 'operation.locked' })
    const old = new Date(Date.now() - LOCK_STALE_AFTER_MS - 1_000)
    utimesSync(claim, old, old)
    expect((await takeOver(bob)).from).toEqual(ann)
  })
})
