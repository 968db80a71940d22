import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { ENDED_STALE_AFTER_MS } from '../../shared/operations/lock-state.ts'
import { createOperationId } from '../../shared/operations/operation-id.ts'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { Journal, readJournal } from './journal.ts'
import { layOut, layOutOperation } from './layout.ts'
import { readLock, StackLock } from './lock.ts'
import { makeLayout, writePlan } from './operation-files.ts'
import { OperationService } from './operation-service.ts'
import type { OperationPorts } from './ports.ts'
import { alterHost, makeSamplePlace, type SamplePlace } from './sample-place.ts'

const me = { user: 'ann', machine: 'desk', instance: '1-a' }
const plan = samplePlan()
/** The stack as the app under test names it. The plan was written by another app, which has an id of its own for the host. */
const ref = { ...plan.stack, hostId: 'here' }
const unknownId = createOperationId(0, 'upgrade', 'ffffff')
let place: SamplePlace
/** What the clock of the host shows more than ours. */
let aheadMs = 0

beforeEach(async () => {
  place = makeSamplePlace()
  aheadMs = 0
  await makeLayout(place.host, layOut(place.slipwayDirectory))
})
afterEach(() => place[Symbol.asyncDispose]())

/** An app with a stack that has no more than its records. */
function serve(host: Host = place.host, runbookId = plan.runbookId, own = ref): OperationService {
  const { slipwayDirectory } = place
  const { project } = own
  const bound = { runbook: { id: runbookId }, runbookSource: 'generic', binding: { problems: [] } }
  const stack = { ref: own, session: { host }, slipwayDirectory, ...bound }
  const ports: Pick<OperationPorts, 'readStackAnew' | 'locate'> = {
    readStackAnew: async () => stack as unknown as Stack,
    locate: async () => ({ host, slipwayDirectory, project }),
  }
  return new OperationService(ports as OperationPorts, me)
}

/** An operation that was begun, and is under way or was left so. */
async function begin(own = plan): Promise<Journal> {
  await writePlan(place.host, place.slipwayDirectory, own)
  const files = layOutOperation(place.slipwayDirectory, own.id)
  const journal = new Journal(place.host, files.journal, (text) => text)
  await journal.append({ type: 'started', data: { owner: me } })
  return journal
}

/** The host, on which something happens just before the lock is taken. */
function withEvent(host: Host, before: () => Promise<unknown>): Host {
  const { lock } = layOut(place.slipwayDirectory)
  const makeDirectory: Host['files']['makeDirectory'] = async (path, options) => {
    if (path === lock) await before()
    return host.files.makeDirectory(path, options)
  }
  return alterHost(host, {}, { makeDirectory })
}

describe('an operation that its own app ends while another takes it up', () => {
  it.each(['resume', 'rollBack'] as const)('is not gone on with: %s', async (call) => {
    const journal = await begin()
    const outcome = { outcome: 'succeeded', reason: null, error: null }
    const host = withEvent(place.host, () => journal.append({ type: 'ended', data: outcome }))
    await expect(serve(host)[call](ref, plan.id, true)).rejects.toMatchObject({
      code: 'operation.blocked',
      message: `${plan.id} has ended already.`,
    })
    expect((await serve().journal(ref, plan.id)).map(({ type }) => type)).toEqual(['started', 'ended'])
    expect(await readLock(place.host, place.slipwayDirectory)).toBeNull()
  })
})

describe('an operation that was planned by another runbook', () => {
  it.each(['resume', 'rollBack'] as const)('is not taken up, and the lock is left alone: %s', async (call) => {
    await begin()
    await expect(serve(place.host, 'generic')[call](ref, plan.id, true)).rejects.toMatchObject({
      code: 'operation.blocked',
      message:
        'The upgrade of shop on this computer was planned by the runbook “shop”, and here the runbook “generic” counts.',
      hint: expect.stringContaining('Go on where it was begun'),
    })
    expect((await serve().journal(ref, plan.id)).map(({ type }) => type)).toEqual(['started'])
    expect(await readLock(place.host, place.slipwayDirectory)).toBeNull()
  })
})

it.each([
  ['cut off', '{"source": "user", "runb'],
  ['of a newer version', JSON.stringify({ source: 'user', runbook: { slipway: 99, id: plan.runbookId } })],
])('a kept runbook that is %s does not stand for the one that is not there', async (_title, text) => {
  await begin()
  await place.host.files.writeAtomic(layOutOperation(place.slipwayDirectory, plan.id).runbook, text)
  await expect(serve(place.host, 'generic').resume(ref, plan.id, true)).rejects.toMatchObject({
    code: 'operation.blocked',
    hint: expect.stringContaining('bring that runbook'),
  })
})

interface GoingOn {
  /** What its first step that reads the stack meets. */
  readonly failure: SlipwayError
  readonly files?: Partial<Host['files']>
  readonly whileLocked?: (app: OperationService) => Promise<void>
}

/** An app that has gone on with an operation. */
async function goOn({ failure, files, whileLocked }: GoingOn): Promise<OperationService> {
  await begin()
  const facts = { ...(await place.host.connect()), dockerPath: '/usr/bin/docker' }
  const connect = async () => {
    await whileLocked?.(operations)
    return facts
  }
  const readClock = async () => Date.now() + aheadMs
  const session = { host: alterHost(place.host, { connect, readClock }, files), engine: { info: async () => facts } }
  const runbook = { id: plan.runbookId, secrets: [], migrations: { at: 'never' } }
  const { slipwayDirectory } = place
  const stack = { ref, session, slipwayDirectory, runbook, model: { name: 'shop', services: {} }, containers: {} }
  const ports: Pick<OperationPorts, 'readStackAnew' | 'readStack' | 'locate'> = {
    readStackAnew: async () => stack as unknown as Stack,
    readStack: async () => Promise.reject(failure),
    locate: async () => ({ ...place, host: session.host }),
  }
  const operations = new OperationService(ports as OperationPorts, me)
  await operations.resume(ref, plan.id, false)
  return operations
}

it('an operation is told as over when its lock is free, so that the next can begin', async () => {
  let cancelled: unknown
  const rename: Host['files']['rename'] = async (from, to) => {
    await sleep(100)
    cancelled = await operations.cancel(ref, plan.id).catch((error: unknown) => error)
    return place.host.files.rename(from, to)
  }
  const failure = new SlipwayError('stack.not-found', 'It is gone.')
  const operations = await goOn({ failure, files: { rename } })
  const told: unknown[] = []
  for await (const event of operations.watch(ref, plan.id)) {
    if (event.type !== 'snapshot') continue
    const { outcome } = event.record
    expect((await operations.record(ref, plan.id)).outcome).toBe(outcome)
    told.push([outcome, (await readLock(place.host, place.slipwayDirectory)) === null])
  }
  expect(told.at(-1)).toEqual(['stopped', true])
  expect(told.slice(0, -1)).not.toContainEqual(['stopped', expect.anything()])
  expect(cancelled).toMatchObject({ message: `${plan.id} has ended already.` })
  await expect(operations.cancel(ref, plan.id)).rejects.toMatchObject({ message: `${plan.id} has ended already.` })
})

it('an operation whose end could not be recorded is told as interrupted, as others find it', async () => {
  const append: Host['files']['append'] = async (path, text, options) => {
    if (String(text).includes('"ended"')) throw new SlipwayError('host.disk-full', 'The disk is full.')
    return place.host.files.append(path, text, options)
  }
  const operations = await goOn({ failure: new SlipwayError('stack.not-found', 'It is gone.'), files: { append } })
  const outcomes = new Set<string>()
  const end = new AbortController()
  for await (const event of operations.watch(ref, plan.id, end.signal)) {
    if (event.type === 'snapshot') outcomes.add(event.record.outcome)
    if (outcomes.has('interrupted')) end.abort()
  }
  expect([...outcomes]).toEqual(['running', 'interrupted'])
  expect((await operations.history(ref)).operations).toMatchObject([{ outcome: 'interrupted' }])
})

it('a lock that could not be given back at the end of its operation stands in nobody’s way', async () => {
  let isAway = true
  const rename: Host['files']['rename'] = async (from, to) => {
    if (isAway) throw new SlipwayError('host.connection-lost', 'The host is away.')
    return place.host.files.rename(from, to)
  }
  const operations = await goOn({ failure: new SlipwayError('stack.not-found', 'It is gone.'), files: { rename } })
  for await (const _ of operations.watch(ref, plan.id));
  expect(await readLock(place.host, place.slipwayDirectory)).not.toBeNull()
  expect(await operations.lock(ref)).toBeNull()
  const another = new OperationService({ locate: async () => place } as Partial<OperationPorts> as OperationPorts, {
    ...me,
    instance: '2-b',
  })
  expect(await another.lock(ref)).toMatchObject({ stale: false })
  isAway = false
  const next = samplePlan({ id: createOperationId(1_000, 'upgrade', 'abcdef') })
  await begin(next)
  await operations.resume(ref, next.id, false)
  for await (const _ of operations.watch(ref, next.id));
  expect(await operations.record(ref, next.id)).toMatchObject({ outcome: 'stopped' })
})

describe('an operation that this app has let go of', () => {
  const cutOff = (whileLocked?: GoingOn['whileLocked']) =>
    goOn({
      failure: new SlipwayError('operation.interrupted', 'The host is away.'),
      ...(whileLocked && { whileLocked }),
    })

  it('is watched until another has brought it to its end', async () => {
    const operations = await cutOff()
    const outcomes = new Set<string>()
    for await (const event of operations.watch(ref, plan.id)) {
      if (event.type !== 'snapshot') continue
      outcomes.add(event.record.outcome)
      if (event.record.outcome !== 'interrupted') continue
      const files = layOutOperation(place.slipwayDirectory, plan.id)
      const known = await readJournal(place.host, files.journal)
      const journal = new Journal(place.host, files.journal, (text) => text, known)
      await journal.append({ type: 'ended', data: { outcome: 'succeeded', reason: null, error: null } })
    }
    expect([...outcomes]).toEqual(['running', 'interrupted', 'succeeded'])
  })

  it('is told as interrupted at once, though its lock is fresh', async () => {
    const operations = await cutOff()
    await operations.dispose()
    expect(await operations.lock(ref)).toMatchObject({ operationId: plan.id, stale: false, mine: true })
    const end = new AbortController()
    for await (const event of operations.watch(ref, plan.id, end.signal)) {
      expect(event).toMatchObject({ type: 'snapshot', record: { outcome: 'interrupted', endedAt: null } })
      end.abort()
    }
    expect(await operations.history(ref)).toMatchObject({ operations: [{ outcome: 'interrupted' }] })
    expect(await operations.record(ref, plan.id)).toMatchObject({ outcome: 'interrupted' })
  })

  it('is gone on with at once when that is asked for, and once', async () => {
    const operations = await cutOff()
    for await (const event of operations.watch(ref, plan.id)) {
      if (event.type === 'snapshot' && event.record.outcome === 'interrupted') break
    }
    aheadMs = ENDED_STALE_AFTER_MS
    const again = await Promise.allSettled([1, 2].map(() => operations.resume(ref, plan.id, false)))
    expect(again.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(again[1]).toMatchObject({
      reason: { code: 'operation.blocked', message: expect.stringContaining('is about to be gone on with') },
    })
    await operations.dispose()
    const types = (await operations.journal(ref, plan.id)).map(({ type }) => type)
    expect(types.filter((type) => type === 'resumed')).toHaveLength(2)
  })

  it('is told as running from when its lock is taken', async () => {
    const outcomes: string[] = []
    const operations = await cutOff(async (app) => {
      const held = await readLock(place.host, place.slipwayDirectory)
      if (held === null) return
      // The same machine may have been added twice.
      for (const hostId of [ref.hostId, 'by another address']) {
        const { operations } = await app.history({ ...ref, hostId })
        outcomes.push(...operations.map(({ outcome }) => outcome))
      }
    })
    await operations.dispose()
    expect(outcomes).toEqual(['running', 'running'])
  })
})

it('an operation that an app on another computer began is told as one of this app’s host', async () => {
  await begin()
  expect(plan.stack.hostId).not.toBe(ref.hostId)
  expect((await serve().history(ref)).operations).toMatchObject([{ id: plan.id, stack: ref }])
  expect(await serve().record(ref, plan.id)).toMatchObject({ stack: ref })
  expect(await serve().plan(ref, plan.id)).toMatchObject({ stack: ref })
})

describe('a project directory that was copied with its records', () => {
  const copy = { ...ref, project: 'shop-staging' }
  const refused = {
    code: 'operation.other-project',
    message: expect.stringContaining('is of the project shop, not of shop-staging.'),
    hint: expect.stringContaining('is a copy of that of shop, remove the copied'),
  }

  const serveCopy = (host = place.host) => serve(host, plan.runbookId, copy)

  it('shows nothing of the other project as its own, and says so', async () => {
    await begin()
    const operations = serveCopy()
    expect(await operations.history(copy)).toMatchObject({ operations: [], error: refused })
    await expect(operations.record(copy, plan.id)).rejects.toMatchObject(refused)
    await expect(operations.plan(copy, plan.id)).rejects.toMatchObject(refused)
    await expect(operations.journal(copy, plan.id)).rejects.toMatchObject(refused)
  })

  it.each(['resume', 'rollBack'] as const)('takes nothing up of what was copied half done: %s', async (call) => {
    await begin()
    const request = { owner: me, operationId: plan.id, kind: 'upgrade' as const, step: 'pull' }
    const lock = await StackLock.acquire(place.host, place.slipwayDirectory, request)
    lock.abandon()
    const held = await readLock(place.host, place.slipwayDirectory)
    const later = alterHost(place.host, { readClock: async () => Date.now() + ENDED_STALE_AFTER_MS })
    await expect(serveCopy(later)[call](copy, plan.id, true)).rejects.toMatchObject(refused)
    expect(await readLock(place.host, place.slipwayDirectory)).toEqual(held)
    expect((await serve().journal(ref, plan.id)).map(({ type }) => type)).toEqual(['started'])
  })

  it('is not held up by what the other project has left behind when it had ended', async () => {
    const journal = await begin()
    await journal.append({ type: 'ended', data: { outcome: 'succeeded', reason: null, error: null } })
    const request = { owner: me, operationId: plan.id, kind: 'upgrade' as const, step: 'pull' }
    const lock = await StackLock.acquire(place.host, place.slipwayDirectory, request)
    lock.abandon()
    expect(await serveCopy().lock(copy)).toBeNull()
  })
})

describe('what is not there', () => {
  it.each(['resume', 'rollBack'] as const)('cannot be gone on with: %s', async (call) => {
    await expect(serve()[call](ref, unknownId, true)).rejects.toMatchObject({ code: 'operation.not-found' })
    expect(await readLock(place.host, place.slipwayDirectory)).toBeNull()
  })

  it.each([unknownId, '../../etc/passwd'])('cannot be looked at: %s', async (id) => {
    const notFound = { code: 'operation.not-found' }
    await expect(serve().record(ref, id)).rejects.toMatchObject(notFound)
    await expect(serve().plan(ref, id)).rejects.toMatchObject(notFound)
    await expect(serve().backup(ref, id)).rejects.toMatchObject({ code: 'backup.not-found' })
  })
})

it('an operation whose plan cannot be read is told as damaged, and does not hide the others', async () => {
  const good = samplePlan({ id: createOperationId(1_000, 'upgrade', 'abcdef') })
  await begin()
  await writePlan(place.host, place.slipwayDirectory, good)
  writeFileSync(layOutOperation(place.slipwayDirectory, plan.id).plan, '{ "id": ')
  await expect(serve().record(ref, plan.id)).rejects.toMatchObject({ code: 'operation.journal-damaged' })
  expect(await serve().history(ref)).toMatchObject({
    operations: [{ id: good.id }],
    error: { code: 'operation.journal-damaged' },
  })
})
