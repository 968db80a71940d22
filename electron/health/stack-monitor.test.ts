import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { HostStatus } from '../../shared/contract/hosts.ts'
import type { LockView } from '../../shared/contract/operations.ts'
import { SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import type { Container } from '../docker/engine.ts'
import { buildContainer, buildService } from '../stacks/container-fixture.ts'
import type { StackReading } from '../stacks/read-stack.ts'
import type { StackService } from '../stacks/stack-service.ts'
import { StackMonitor } from './stack-monitor.ts'

const ref = { hostId: 'h', project: 'acme' }
const error = toErrorShape(new SlipwayError('host.connection-lost', 'The connection was lost.'))
const LOST: HostStatus = { kind: 'waiting', error, retryAt: '', attempt: 1 }

/** A host that is lost and back as a test says. */
class HostDouble {
  status: HostStatus = { kind: 'connected', since: '' }
  readonly openSocket = connect
  readonly files = { stat: async () => null }
  #listener = (_status: HostStatus) => {}

  now() {
    return Date.now()
  }

  subscribe(listener: (status: HostStatus) => void) {
    this.#listener = listener
    return () => {}
  }

  become(status: HostStatus) {
    this.status = status
    this.#listener(status)
  }
}

let server: Server
let monitor: StackMonitor

afterEach(() => {
  monitor.stop()
  server.closeAllConnections()
  server.close()
})

/** A stack with a service that is asked over HTTP, whose answers the test gives, and one whose database is asked. */
async function start() {
  const asked: ServerResponse[] = []
  server = createServer((_request, response) => asked.push(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const seldom = { intervalSeconds: 300 }
  const runbook = runbookSchema.parse({
    slipway: 1,
    id: 'acme',
    name: 'Acme',
    match: { images: ['acme/*'] },
    services: [{ name: 'web' }, { name: 'store' }],
    probes: [
      { id: 'status', ...seldom, http: { service: 'web', port, path: '/' }, healthy: { status: [200] } },
      { id: 'sound', ...seldom, query: { dataset: 'data', sql: 'SELECT 1' }, healthy: { equals: 1 } },
    ],
    backup: { datasets: [{ kind: 'sqlite', id: 'data', service: 'store', path: '/data/store.db' }] },
  })
  const host = new HostDouble()
  const containers: Record<string, Container[]> = {
    web: [buildContainer('web', { addresses: { acme: '127.0.0.1' } })],
    store: [buildContainer('store')],
  }
  const project = { project: 'acme', directory: '/acme', files: [], envFiles: [] }
  const model = { name: 'acme', services: { web: buildService('web'), store: buildService('store') } }
  const common = { ref, project, containers, leftovers: [] }
  const stack = { ...common, model, runbook, runbookSource: 'user', pins: {}, configHashes: {}, session: { host } }
  const reading = { ...common, stack, error: null, runbook: {} } as unknown as StackReading
  const faults: SlipwayError[] = []
  const stacks = {
    session: () => ({ host }),
    readRecentPicture: async () => {
      const fault = faults.shift()
      if (fault !== undefined) throw fault
      return { ...reading, containers: { ...containers } }
    },
  } as unknown as StackService
  const seen: string[] = []
  const questions: string[] = []
  let lock: LockView | null = null
  const hold = (held: LockView | null) => {
    lock = held
  }
  monitor = new StackMonitor({
    stacks,
    ref,
    readLock: async () => lock,
    askData: async (_stack, { dataset }) => {
      questions.push(dataset)
      return { kind: 'value', value: '1' }
    },
    onChange: () => seen.push(monitor.detail?.health ?? ''),
    reportBug: (bug) => {
      throw bug
    },
  })
  const answer = async (status = 200) => {
    await expect.poll(() => asked.length).toBeGreaterThan(0)
    asked.shift()?.writeHead(status).end('ok')
  }
  const restart = (service: string, startedAt: string) => {
    containers[service] = (containers[service] ?? []).map((container) => ({ ...container, startedAt }))
    return monitor.refresh()
  }
  return { host, seen, answer, hold, asked, questions, restart, faults }
}

test('after a lost connection is back nothing is known until it was asked anew', async () => {
  const { host, seen, answer } = await start()
  await answer()
  await monitor.firstReading
  expect(monitor.detail?.health).toBe('healthy')
  seen.length = 0
  host.become(LOST)
  host.become({ kind: 'connected', since: '' })
  await monitor.refresh()
  expect(monitor.detail).toMatchObject({
    error: null,
    health: 'unknown',
    healthReason: expect.stringContaining('answer'),
  })
  await answer()
  await expect.poll(() => monitor.detail?.health).toBe('healthy')
  expect([...new Set(seen)]).toEqual(['unknown', 'healthy'])
})

test('what was answered during an operation is not told of the stack that it left', async () => {
  const { seen, answer, hold } = await start()
  await answer()
  await monitor.firstReading
  const owner = { user: 'ann', machine: 'desk', instance: '1' }
  hold({ kind: 'upgrade', operationId: 'u', step: 'service:web', owner } as LockView)
  await monitor.refresh()
  expect(monitor.detail?.health).toBe('maintenance')
  void monitor.recheck()
  await answer(503)
  await expect.poll(() => monitor.probes.get('status')?.health).toBe('down')
  hold(null)
  seen.length = 0
  const over = monitor.refresh()
  await answer()
  await over
  await expect.poll(() => monitor.detail?.health).toBe('healthy')
  expect([...new Set(seen)]).toEqual(['maintenance', 'healthy'])
})

test('when a service changes all answers are asked for anew, but the data of another only at its own pace', async () => {
  const { answer, asked, questions, restart } = await start()
  await answer()
  await monitor.firstReading
  expect(questions).toEqual(['data'])
  await restart('web', '2026-11-29T10:00:00Z')
  await answer()
  expect(questions).toEqual(['data'])
  await restart('store', '2026-11-29T10:00:01Z')
  await answer()
  await expect.poll(() => questions).toEqual(['data', 'data'])
  await monitor.refresh()
  expect([asked.length, questions.length]).toEqual([0, 2])
})

test('one reading that fails is made good by the next poll, though nobody looks and nothing else happens', async () => {
  const { answer, faults } = await start()
  await answer()
  await monitor.firstReading
  await monitor.poll()
  faults.push(new SlipwayError('host.timeout', 'It took too long.'))
  await monitor.refresh()
  expect(monitor.detail?.health).toBe('unknown')
  await monitor.poll()
  await answer()
  await expect.poll(() => monitor.detail?.health).toBe('healthy')
})

test('an operation that has begun is found when it is looked for, also where one was left before', async () => {
  const { answer, hold } = await start()
  await answer()
  await monitor.firstReading
  const owner = { user: 'ann', machine: 'desk', instance: '1' }
  const held = { kind: 'upgrade', operationId: 'u', step: 'service:web', owner, stale: true } as LockView
  hold(held)
  await monitor.lookForOperation()
  expect(monitor.detail).toMatchObject({ health: 'healthy', operation: { stale: true } })
  hold({ ...held, stale: false })
  await monitor.lookForOperation()
  expect(monitor.detail).toMatchObject({ health: 'maintenance', operation: { stale: false } })
})

test('an operation that begins while the end of another is looked into is seen', async () => {
  const { answer, hold } = await start()
  await answer()
  await monitor.firstReading
  const owner = { user: 'ann', machine: 'desk', instance: '1' }
  const first = { kind: 'upgrade', operationId: 'u', step: 'service:web', owner } as LockView
  hold(first)
  await monitor.refresh()
  hold(null)
  const over = monitor.refresh()
  await answer(503)
  hold({ ...first, operationId: 'v' })
  await over
  expect(monitor.detail).toMatchObject({ health: 'maintenance', operation: { id: 'v' } })
})
