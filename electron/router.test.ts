import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '../shared/contract/contract.ts'
import type { HostView } from '../shared/contract/hosts.ts'
import { SlipwayError } from '../shared/errors.ts'
import { createRouter } from './router.ts'
import type { Services } from './services.ts'
import { startWebServer } from './web/web-server.ts'

type Client = ContractRouterClient<Contract>
type DeepPartial<T> = { [K in keyof T]?: Partial<T[K]> }

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const bugs: { error: unknown; procedure: string }[] = []
function router(services: DeepPartial<Services>) {
  bugs.length = 0
  return createRouter(services as Services, (error, procedure) => bugs.push({ error, procedure }))
}

/** As in the window: two ends of a message channel. */
async function overPort(services: DeepPartial<Services>): Promise<Client> {
  const { port1, port2 } = new MessageChannel()
  new PortHandler(router(services)).upgrade(port1)
  port1.start()
  port2.start()
  cleanups.push(() => port2.close())
  return createORPCClient(new PortLink({ port: port2 }))
}

/** As in the browser: sign in by the link, then a WebSocket. */
async function overSocket(services: DeepPartial<Services>): Promise<Client> {
  const pageFolder = mkdtempSync(join(tmpdir(), 'page-'))
  writeFileSync(join(pageFolder, 'index.html'), '')
  const handler = new SocketHandler(router(services))
  const server = await startWebServer({ port: 0, pageFolder, onConnection: (socket) => void handler.upgrade(socket) })
  const { headers } = await fetch(server.createLink(), { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/rpc`, {
    origin: server.origin,
    headers: { cookie },
  })
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  cleanups.push(
    () => rmSync(pageFolder, { recursive: true }),
    () => server.close(),
    () => socket.close(),
  )
  return createORPCClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }))
}

const HOST: HostView = {
  id: 'h1',
  label: 'production',
  target: {
    kind: 'ssh',
    hostname: 'vm',
    port: 22,
    user: 'deploy',
    auth: { agent: 'auto', keyFiles: [], password: true },
    jumps: [],
    compression: false,
  },
  status: { kind: 'idle' },
  engine: { kind: 'unknown' },
  usesSudo: false,
  facts: null,
  savedSecrets: [],
}

async function failureOf(work: Promise<unknown>): Promise<ORPCError<string, unknown>> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ORPCError)) throw new Error(`expected a contract error, got ${String(error)}`)
  return error
}

describe.each([
  ['a message port', overPort],
  ['a WebSocket', overSocket],
])('over %s', (_name, connect) => {
  test('a call reaches its service and the answer comes back', async () => {
    const asked: unknown[] = []
    const client = await connect({
      hosts: {
        add: (label, target) => {
          asked.push({ label, target })
          return HOST
        },
      },
    })
    expect(await client.host.add({ label: ' production ', target: { kind: 'local' } })).toEqual(HOST)
    expect(asked).toEqual([{ label: 'production', target: { kind: 'local' } }])
  })

  test('an expected failure arrives whole, and is no bug', async () => {
    const client = await connect({
      hosts: {
        connect: () => {
          throw new SlipwayError('host.key-changed', 'The key of vm changed.', {
            state: 'Nothing was sent.',
            hint: 'Ask who changed it.',
            cause: new Error('fingerprints differ'),
          })
        },
      },
    })
    const error = await failureOf(client.host.connect({ hostId: 'h1' }))
    expect(error).toMatchObject({ code: 'SLIPWAY', defined: true })
    expect(error.data).toEqual({
      code: 'host.key-changed',
      message: 'The key of vm changed.',
      state: 'Nothing was sent.',
      hint: 'Ask who changed it.',
      retryable: false,
      causes: ['fingerprints differ'],
    })
    expect(bugs).toEqual([])
  })

  test('a bug arrives as internal without its stack, and is reported with it', async () => {
    const bug = new TypeError('x is not a function')
    const client = await connect({
      hosts: {
        disconnect: () => {
          throw bug
        },
      },
    })
    const error = await failureOf(client.host.disconnect({ hostId: 'h1' }))
    expect(error.data).toMatchObject({ code: 'internal', message: expect.stringContaining('x is not a function') })
    expect(JSON.stringify(error)).not.toContain('router.test')
    expect(bugs).toEqual([{ error: bug, procedure: 'host.disconnect' }])
  })

  test('a request that does not fit the contract is refused before any service sees it, without its values', async () => {
    const client = await connect({ hosts: { add: () => expect.unreachable() } })
    const target = { kind: 'ssh', hostname: 'vm', user: 'me', port: 'hunter2' } as never
    const error = await failureOf(client.host.add({ label: '', target }))
    expect(error.data).toMatchObject({ code: 'input.invalid', message: expect.stringContaining('label') })
    expect(JSON.stringify(error)).not.toContain('hunter2')
    expect(bugs).toEqual([])
  })

  test('keys that the contract does not name never leave the process, at any depth', async () => {
    const leaking = {
      ...HOST,
      password: 'hunter2',
      target: {
        ...HOST.target,
        privateKey: 'hunter2',
        auth: { ...(HOST.target as { auth: object }).auth, passphrase: 'hunter2' },
      },
    } as unknown as HostView
    async function* watchAll() {
      yield [leaking]
    }
    const client = await connect({ hosts: { add: () => leaking, watchAll } })
    expect(await client.host.add({ label: 'a', target: { kind: 'local' } })).toEqual(HOST)
    for await (const hosts of await client.host.watchAll()) expect(hosts).toEqual([HOST])
  })

  test('an answer that does not fit the contract is a bug of ours, and is not sent', async () => {
    const client = await connect({
      hosts: { add: () => ({ ...HOST, id: 7, label: 'hunter2' }) as unknown as HostView },
    })
    const error = await failureOf(client.host.add({ label: 'a', target: { kind: 'local' } }))
    expect(error.data).toMatchObject({ code: 'internal' })
    expect(JSON.stringify(error)).not.toContain('hunter2')
    expect(bugs).toHaveLength(1)
  })

  test('live data that fails in the middle ends with the typed error', async () => {
    async function* watchAll() {
      yield [HOST]
      throw new SlipwayError('host.connection-lost', 'The connection to vm was lost.', { retryable: true })
    }
    const client = await connect({ hosts: { watchAll } })
    const seen: unknown[] = []
    const reading = async () => {
      for await (const hosts of await client.host.watchAll()) seen.push(hosts)
    }
    const error = await failureOf(reading())
    expect(seen).toEqual([[HOST]])
    expect(error.data).toMatchObject({ code: 'host.connection-lost', retryable: true })
    expect(bugs).toEqual([])
  })

  test('leaving live data ends it at its source, even one that is silent', async () => {
    const ended = Promise.withResolvers<void>()
    const signals: (AbortSignal | undefined)[] = []
    async function* watchAll(signal: AbortSignal | undefined) {
      signals.push(signal)
      signal?.addEventListener('abort', () => ended.resolve())
      yield [HOST]
      await new Promise(() => {})
    }
    const client = await connect({ hosts: { watchAll } })
    for await (const _hosts of await client.host.watchAll()) break
    await ended.promise
    expect(signals[0]?.aborted).toBe(true)
  })

  test('closing the connection ends all live data at its source', async () => {
    const ended = Promise.withResolvers<void>()
    async function* watchAll(signal: AbortSignal | undefined) {
      signal?.addEventListener('abort', () => ended.resolve())
      yield [HOST]
      await new Promise(() => {})
    }
    const client = await connect({ hosts: { watchAll } })
    const iterator = await client.host.watchAll()
    await iterator.next()
    await cleanups.pop()?.()
    await ended.promise
  })

  test('a cancelled call is told to its service and is no bug', async () => {
    const started = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    const client = await connect({
      stacks: {
        versions: (_ref, _services, signal) =>
          new Promise((_resolve, reject) => {
            started.resolve()
            signal?.addEventListener('abort', () => {
              stopped.resolve()
              reject(signal.reason)
            })
          }),
      },
    })
    const controller = new AbortController()
    const call = client.stack.versions({ hostId: 'h1', project: 'p' }, { signal: controller.signal })
    await started.promise
    controller.abort()
    await expect(call).rejects.toThrow()
    await stopped.promise
    await new Promise(setImmediate)
    expect(bugs).toEqual([])
  })
})
