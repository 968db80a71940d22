import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sshTargetSchema } from '../../shared/contract/hosts.ts'
import { HostKeyStore } from './host-key-store.ts'
import { SecretKeeper } from './secret-keeper.ts'
import { connectChain } from './ssh-connect.ts'
import { noVault } from './vault.ts'

// By Node: of the ed25519 keys that ssh2 makes, one in 300 is malformed.
const hostKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'sec1', format: 'pem' })
  .toString()

let folder: string
let jump: ssh2.Server
let connections: number
let asked: Promise<void>
let hangUp: () => void

/** A jump host that lets everybody in, and never says whether it has reached the target. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ssh-connect-'))
  connections = 0
  const open = Promise.withResolvers<void>()
  asked = open.promise
  jump = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connections += 1
    hangUp = () => connection.end()
    connection.on('authentication', (context) => context.accept())
    connection.on('tcpip', () => open.resolve())
    connection.on('error', () => undefined)
    connection.on('close', () => {
      connections -= 1
    })
  })
  await new Promise<void>((resolve) => jump.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  vi.useRealTimers()
  await new Promise<void>((resolve) => jump.close(() => resolve()))
  rmSync(folder, { recursive: true })
})

function connect(signal: AbortSignal) {
  const auth = { agent: 'none', keyFiles: [], password: false }
  const hop = { hostname: '127.0.0.1', port: (jump.address() as AddressInfo).port, user: 'ann', auth }
  const target = { ...hop, kind: 'ssh', hostname: 'swallows.example', port: 22, jumps: [hop] }
  return connectChain({
    target: sshTargetSchema.parse(target),
    ask: async () => ({ kind: 'host-key', accept: true }),
    secrets: new SecretKeeper('sample', noVault('no keychain in tests')),
    keys: new HostKeyStore([], join(folder, 'known_hosts')),
    signal,
  })
}

const unreachable = {
  code: 'host.jump-failed',
  message: 'The jump host could not reach swallows.example:22.',
  retryable: true,
}
const never = new AbortController().signal
const untilGone = () => expect.poll(() => connections).toBe(0)

describe('a target behind a jump host that swallows packets', () => {
  it('is given up after ten seconds, and the jump host is left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const connecting = connect(never)
    const outcome = expect(connecting).rejects.toMatchObject({
      ...unreachable,
      cause: { message: 'It did not answer in time' },
    })
    await asked
    vi.advanceTimersByTime(10_000)
    await outcome
    vi.useRealTimers()
    await untilGone()
  })

  it('is given up at once when nobody waits for it any more, and the jump host is left', async () => {
    const end = new AbortController()
    const outcome = expect(connect(end.signal)).rejects.toThrow('enough')
    await asked
    end.abort(new Error('enough'))
    await outcome
    await untilGone()
  })

  it('is given up at once when the jump host goes away', async () => {
    const outcome = expect(connect(never)).rejects.toMatchObject(unreachable)
    await asked
    hangUp()
    await outcome
  })
})
