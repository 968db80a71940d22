import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { openSshHost, type SshFixture, type SshFixtureOptions } from './ssh-fixture.ts'
import type { SshHost } from './ssh-host.ts'

const ENGINE = { path: '/var/run/docker.sock' }

let sample: SampleHost
const open: SshFixture[] = []

beforeAll(async () => {
  sample = await startSampleHost()
})
afterEach(async () => {
  await sample.restoreNetwork()
  await Promise.all(open.splice(0).map((fixture) => fixture.dispose()))
})
afterAll(() => sample?.dispose())

function fixtureOf(options: SshFixtureOptions = {}): SshFixture {
  const fixture = openSshHost(sample, options)
  open.push(fixture)
  return fixture
}

/** Resolves when the connection that is there now is lost. */
function whenLost(host: SshHost): Promise<void> {
  return new Promise((resolve) => {
    const stop = host.subscribe(({ kind }) => {
      if (kind === 'connected') return
      stop()
      resolve()
    })
  })
}

/** One request to the engine over a socket of its own. */
async function ping(socket: Duplex): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ path: '/_ping', headers: { host: 'docker' }, createConnection: () => socket }, (response) =>
      text(response).then(resolve, reject),
    )
    sent.on('error', reject).end()
  })
}

/** What happens to a socket that waits for something: its error, or `end` for an end that looks clean. */
function fate(socket: Duplex): Promise<unknown> {
  return new Promise((resolve) => {
    socket.on('error', resolve)
    socket.on('end', () => resolve('end'))
    socket.resume()
  })
}

async function countOnHost(pattern: string): Promise<number> {
  const { stdout } = await sample.exec(`pgrep -u deploy -c -f ${pattern} || true`)
  return Number(stdout.trim())
}

describe('a connection that is lost', () => {
  it.each([
    ['because its sshd was killed', () => sample.killSshSessions(), 600_000],
    ['because packets vanish', () => sample.cutNetwork('drop'), 1_000],
  ])('%s fails all that was under way, and comes back by itself', async (_name, cut, keepaliveIntervalMs) => {
    const { host, states } = fixtureOf({ keepaliveIntervalMs })
    await host.connect()
    const process = host.spawn(['sleep', '600'])
    const command = host.exec(['sleep', '601'], { timeoutMs: 60_000 })
    const socket = fate(host.openSocket(ENGINE))
    const byCommand = fate(host.openSocket({ argv: ['sleep', '602'] }))
    command.catch(() => {})
    await expect.poll(() => countOnHost("'^sleep 60'"), { timeout: 10_000 }).toBe(3)
    const output = fate(process.stdout as Duplex)
    const cutting = cut()

    const lost = { code: 'host.connection-lost', retryable: true }
    await expect(command).rejects.toMatchObject(lost)
    await expect(process.exit).rejects.toMatchObject(lost)
    expect(await Promise.all([socket, byCommand, output])).toMatchObject([lost, lost, lost])
    expect(host.status.kind).toBe('waiting')
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'host.not-connected', retryable: true })

    await cutting
    await sample.restoreNetwork()
    await expect.poll(() => host.status.kind, { timeout: 60_000 }).toBe('connected')
    expect(states.slice(0, 3)).toEqual(['connecting', 'connected', 'waiting'])
    expect(await ping(host.openSocket(ENGINE))).toBe('OK')
  })

  it('is opened again at once when the computer wakes', async () => {
    const { host } = fixtureOf({ keepaliveIntervalMs: 600_000 })
    await host.connect()
    const first = host.status
    // Not after the sessions were killed: by then it may have come back by itself.
    const lost = whenLost(host)
    const killing = sample.killSshSessions()
    await lost
    await host.wake()
    await killing
    expect(host.status.kind).toBe('connected')
    expect(host.status).not.toEqual(first)
    const second = host.status
    await host.wake()
    expect(host.status).toEqual(second)
  })

  it('without a word is found out when the computer wakes', async () => {
    const { host } = fixtureOf({ keepaliveIntervalMs: 600_000 })
    await host.connect()
    await sample.cutNetwork('drop')
    const waking = host.wake()
    await expect.poll(() => host.status.kind, { timeout: 20_000 }).toBe('connecting')
    await sample.restoreNetwork()
    await waking
    await expect.poll(() => host.status.kind, { timeout: 60_000 }).toBe('connected')
  })

  it('leaves nothing behind, however often', async () => {
    const { host } = fixtureOf()
    for (let round = 0; round < 20; round++) {
      await host.connect()
      const socket = host.openSocket(ENGINE)
      const command = host.openSocket({ argv: ['docker', 'system', 'dial-stdio'] })
      expect(await ping(host.openSocket(ENGINE))).toBe('OK')
      host.spawn(['sleep', '603']).exit.catch(() => {})
      await host.files.list('/')
      for (const one of [socket, command]) one.on('error', () => {})
      if (round % 2 === 0) await host.disconnect()
      else {
        const lost = whenLost(host)
        await sample.killSshSessions()
        await lost
      }
    }
    await host.disconnect()
    expect(host.openChannels).toBe(0)
    for (const pattern of ['sshd', 'dial-stdio', "'^sleep'", 'sftp-server']) {
      await expect.poll(() => countOnHost(pattern), { timeout: 15_000, message: pattern }).toBe(0)
    }
  })
})

describe('a connection attempt', () => {
  it('is one for all who ask at once', async () => {
    const { host, states } = fixtureOf()
    await Promise.all([host.connect(), host.exec(['true']), host.files.stat('/'), ping(host.openSocket(ENGINE))])
    expect(states).toEqual(['connecting', 'connected'])
  })

  it('that is pending does not outlive its host', async () => {
    const { host, states } = fixtureOf({ target: { port: 1 } })
    await host.connect().catch(() => {})
    expect(host.status.kind).toBe('waiting')
    await host.dispose()
    expect(host.status.kind).toBe('idle')
    await expect(host.connect()).rejects.toMatchObject({ code: 'host.not-connected' })
    expect(states).toEqual(['connecting', 'waiting', 'idle'])
  })

  it('to a host that takes the call and says nothing ends after ten seconds', async () => {
    await sample.cutNetwork('freeze')
    const { host } = fixtureOf()
    await expect(host.connect()).rejects.toMatchObject({ code: 'host.timeout', retryable: true })
  })

  it('can be given up, and the next one works', async () => {
    await sample.cutNetwork('freeze')
    const { host } = fixtureOf()
    const attempt = expect(host.connect()).rejects.toMatchObject({ code: 'operation.cancelled' })
    await host.disconnect()
    expect(host.status.kind).toBe('idle')
    await sample.restoreNetwork()
    await host.connect()
    await attempt
    expect(host.status.kind).toBe('connected')
  })

  it('is not made by anything but `connect` after the user disconnected', async () => {
    const { host } = fixtureOf()
    await host.connect()
    await host.disconnect()
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'host.not-connected' })
    await expect(fate(host.openSocket(ENGINE))).resolves.toMatchObject({ code: 'host.not-connected' })
    await expect(host.files.stat('/')).rejects.toMatchObject({ code: 'host.not-connected' })
    await host.connect()
    await host.exec(['true'])
  })
})

describe('a server that', () => {
  afterEach(() => sample.configureSshd([]))

  it.each([1, 2, 3])('allows no more than %i sessions is worked with', async (sessions) => {
    await sample.configureSshd([`MaxSessions ${sessions}`])
    const { host } = fixtureOf()
    await host.files.writeAtomic('/home/deploy/few', 'sessions')
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, async (_, index) => (await host.exec(['echo', String(index)])).stdout.trim()),
      host.files.read('/home/deploy/few').then(String),
    ])
    expect(answers).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', 'sessions'])
    expect((await host.files.read('/home/deploy/few')).toString()).toBe('sessions')
  })

  it.each([
    ['allows no sessions', ['MaxSessions 0']],
    ['runs another command than ours', ['ForceCommand echo restricted']],
  ])('%s is told as such, and not asked again and again', async (_name, lines) => {
    await sample.configureSshd(lines)
    const { host } = fixtureOf()
    await expect(host.connect()).rejects.toMatchObject({ code: 'host.command-failed', retryable: false })
    expect(host.status.kind).toBe('failed')
  })

  it('has no SFTP is worked with', async () => {
    await sample.configureSshd(['Subsystem sftp /bin/false'])
    const { host } = fixtureOf()
    await host.files.writeAtomic('/home/deploy/by-commands', 'text')
    expect((await host.files.read('/home/deploy/by-commands')).toString()).toBe('text')
  })

  it.each([['AllowStreamLocalForwarding no'], ['AllowTcpForwarding no'], ['DisableForwarding yes']])(
    'says %s refuses sockets by a code of its own, and runs commands for them',
    async (line) => {
      await sample.configureSshd([line])
      const { host } = fixtureOf()
      await expect(ping(host.openSocket(ENGINE))).rejects.toMatchObject({ code: 'host.forwarding-forbidden' })
      expect(await ping(host.openSocket({ argv: ['docker', 'system', 'dial-stdio'] }))).toBe('OK')
    },
  )

  it('shares no cipher is named as such', async () => {
    await sample.configureSshd(['Ciphers aes256-cbc'])
    const { host } = fixtureOf()
    await expect(host.connect()).rejects.toMatchObject({ code: 'host.algorithms', retryable: false })
  })
})

it('a command behind a socket that fails says why', async () => {
  const { host } = fixtureOf()
  const missing = host.openSocket({ argv: ['no-such-command'] })
  await expect(fate(missing)).resolves.toMatchObject({ code: 'host.command-missing' })
  const failing = host.openSocket({ argv: ['sh', '-c', 'echo partly; echo the reason >&2; exit 4'] })
  await expect(fate(failing)).resolves.toMatchObject({ message: expect.stringContaining('the reason') })
})

it('the clock of the host is measured, is followed when it is set, and does not move with the clock of this computer', async () => {
  const isAhead = (hostMs: number, seconds: number, ownMs: number) =>
    expect(Math.abs(hostMs - ownMs - seconds * 1000)).toBeLessThan(5_000)
  await sample.setClock(3600)
  try {
    const { host } = fixtureOf()
    await host.connect()
    isAhead(host.now(), 3600, Date.now())
    await sample.setClock(0)
    isAhead(await host.readClock(), 0, Date.now())
    const before = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: before + 7_200_000 })
    isAhead(host.now(), 0, before)
    isAhead(await host.readClock(), 0, before)
  } finally {
    vi.useRealTimers()
    await sample.setClock(0)
  }
})
