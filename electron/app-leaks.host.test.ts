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
/** Heap that may differ between two looks without anything having leaked: caches, compiled code. */
const HEAP_TOLERANCE_BYTES = 12 * 1024 * 1024

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

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
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

test(`${REFRESHES} refreshes leave the heap, the handles and the host as they were`, async () => {
  const watching = new AbortController()
  const pictures = await client.stack.watch(ref, { signal: watching.signal })
  const drained = (async () => {
    for await (const _ of pictures);
  })().catch(() => {})
  for (let round = 0; round < 20; round++) await client.stack.refresh(ref)
  const [heap, handles] = [heapBytes(), openHandles()]
  for (let round = 0; round < REFRESHES; round++) await client.stack.refresh(ref)
  expect(heapBytes() - heap).toBeLessThan(HEAP_TOLERANCE_BYTES)
  expect(openHandles()).toBeLessThanOrEqual(handles + 1)
  watching.abort()
  await drained
}, 300_000)

test(`${RECONNECTS} lost connections leave the heap, the handles and the host as they were`, async () => {
  await untilReady(client)
  await client.stack.refresh(ref)
  const [heap, handles] = [heapBytes(), openHandles()]
  for (let round = 0; round < RECONNECTS; round++) {
    await sample.killSshSessions()
    await client.stack.refresh(ref).catch(() => {})
    await client.host.connect({ hostId: ref.hostId })
    await untilReady(client)
    await client.stack.refresh(ref)
  }
  expect(heapBytes() - heap).toBeLessThan(HEAP_TOLERANCE_BYTES)
  expect(openHandles()).toBeLessThanOrEqual(handles + 1)
}, 300_000)

test('disposing the app leaves nothing of it on the host', async () => {
  await app.dispose()
  await expect.poll(remoteProcesses, { timeout: 30_000, interval: 500 }).toBe(0)
})
