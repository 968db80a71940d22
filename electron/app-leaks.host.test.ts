import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { SAMPLE } from '../e2e/sample-stack.ts'
import type { StackRef } from '../shared/contract/stacks.ts'
import type { App } from './app.ts'
import { connectSampleHost, type SampleClient, startSampleApp, untilReady } from './sample-app.ts'

const REFRESHES = 200
const RECONNECTS = 20
/** Until caches, compiled code and pools of sockets have what they will have. */
const WARM_UP = 200
/** Idle sockets to the engine that are kept for the next request, each a channel. */
const POOL = 8
/**
 * What may differ between two looks without anything having leaked. For the whole process that is also what the
 * allocator has not given back.
 */
const TOLERANCE = {
  channels: POOL,
  'descriptors of sshd': POOL,
  heapUsed: 6 * 1024 * 1024,
  external: 8 * 1024 * 1024,
  rss: 128 * 1024 * 1024,
}
/** Work comes and goes by itself, and what is under way ends within this time. A leak stays. */
const SETTLE_MS = 60_000

const dataFolder = mkdtempSync(join(tmpdir(), 'app-leaks-'))
let sample: SampleHost
let app: App
let client: SampleClient
let ref: StackRef

beforeAll(async () => {
  sample = await startSampleHost({ stacks: [SAMPLE.project] })
  ;({ app, client } = await startSampleApp(dataFolder))
  ref = { ...(await connectSampleHost(client, sample)), project: SAMPLE.project }
})

afterAll(async () => {
  await app?.dispose()
  await sample?.dispose()
  rmSync(dataFolder, { recursive: true, force: true })
})

function memory(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage()
}

/** Sockets and pipes that this process holds open. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Pipe|Process/.test(name)).length
}

/** What the user runs on the host besides the containers: sshd's sessions and their commands. */
async function remoteProcesses(): Promise<number> {
  const { stdout } = await sample.exec(['pgrep', '-c', '-u', sample.user], { allowFailure: true })
  return Number(stdout.trim())
}

/** What sshd holds open for the user: each channel is a socket or pipes. */
async function remoteDescriptors(): Promise<number> {
  const script = 'for pid in $(pgrep -u "$1" sshd); do ls "/proc/$pid/fd"; done | wc -l'
  return Number((await sample.exec(['sh', '-c', script, 'sh', sample.user])).stdout.trim())
}

type Figures = Readonly<Record<string, number>>

async function look(): Promise<Figures> {
  const { heapUsed, external, rss } = memory()
  return {
    handles: openHandles(),
    channels: app.openChannels(),
    listeners: app.listeners(),
    'processes on the host': await remoteProcesses(),
    'descriptors of sshd': await remoteDescriptors(),
    heapUsed,
    external,
    rss,
  }
}

/** The lowest of some looks, each figure by itself. */
async function lookLong(): Promise<Figures> {
  let lowest = await look()
  for (let round = 1; round < 10; round++) {
    const now = await look()
    lowest = Object.fromEntries(
      Object.entries(now).map(([name, figure]) => [name, Math.min(figure, lowest[name] ?? 0)]),
    )
  }
  return lowest
}

/** Does the work, and holds what there is afterwards against what there was. */
async function expectNothingMore(work: () => Promise<void>): Promise<void> {
  const before = await lookLong()
  await work()
  const findGrown = async () =>
    Object.entries(await lookLong()).filter(
      ([name, figure]) => figure > (before[name] ?? 0) + ((TOLERANCE as Figures)[name] ?? 0),
    )
  await expect.poll(findGrown, { timeout: SETTLE_MS, message: `before: ${JSON.stringify(before)}` }).toEqual([])
}

test(`${REFRESHES} refreshes leave memory, channels, listeners and the host as they were`, async () => {
  const watching = new AbortController()
  const pictures = await client.stack.watch(ref, { signal: watching.signal })
  const seen: WeakRef<object>[] = []
  const drained = (async () => {
    for await (const picture of pictures) seen.push(new WeakRef(picture))
  })().catch(() => {})
  for (let round = 0; round < WARM_UP; round++) await client.stack.refresh(ref)
  await expectNothingMore(async () => {
    for (let round = 0; round < REFRESHES; round++) await client.stack.refresh(ref)
  })
  // What was shown is not kept: of all pictures only the last ones are there, and what is compared with them.
  expect(seen.length).toBeGreaterThan(REFRESHES)
  expect(seen.filter((picture) => picture.deref() !== undefined).length).toBeLessThan(10)
  watching.abort()
  await drained
}, 600_000)

test(`${RECONNECTS} lost connections leave memory, channels, listeners and the host as they were`, async () => {
  await untilReady(client)
  await client.stack.refresh(ref)
  await expectNothingMore(async () => {
    for (let round = 0; round < RECONNECTS; round++) {
      await sample.killSshSessions()
      await client.stack.refresh(ref).catch(() => {})
      await client.host.connect({ hostId: ref.hostId })
      await untilReady(client)
      await client.stack.refresh(ref)
    }
  })
}, 600_000)

test('disposing the app leaves nothing of it on the host', async () => {
  await app.dispose()
  await expect.poll(remoteProcesses, { timeout: 30_000, interval: 500 }).toBe(0)
  expect(app.openChannels()).toBe(0)
  expect(app.listeners()).toBe(0)
})
