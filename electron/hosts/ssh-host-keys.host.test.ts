import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HostKey } from '../../e2e/host/host-keys.ts'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { type SampleNetwork, startSampleNetwork } from '../../e2e/host/sample-network.ts'
import type { HostAnswer } from '../../shared/contract/hosts.ts'
import { openSshHost, type SshFixture, type SshFixtureOptions } from './ssh-fixture.ts'

let network: SampleNetwork
let jump: SampleHost
let target: SampleHost
const open: SshFixture[] = []

beforeAll(async () => {
  network = await startSampleNetwork()
  jump = network.jump
  target = network.target
})
afterEach(() => Promise.all(open.splice(0).map((fixture) => fixture.dispose())))
afterAll(() => network?.dispose())

const accept = (): HostAnswer => ({ kind: 'host-key', accept: true })
const decline = (): HostAnswer => ({ kind: 'host-key', accept: false })

/** The jump host itself, as an ordinary host. */
function direct(options: SshFixtureOptions): SshFixture {
  const fixture = openSshHost(jump, options)
  open.push(fixture)
  return fixture
}

/** The host behind the jump host. */
function behind(options: SshFixtureOptions): SshFixture {
  const auth = { agent: 'none', keyFiles: [jump.privateKeyPath], password: false }
  const jumps = [{ hostname: jump.sshHost, port: jump.sshPort, user: jump.user, auth }]
  const fixture = openSshHost(target, { ...options, target: { jumps, ...options.target } })
  open.push(fixture)
  return fixture
}

function keyOf(host: SampleHost, type: string): HostKey {
  const key = host.hostKeys.find((candidate) => candidate.type === type)
  if (!key) throw new Error(`The sample host has no ${type} key.`)
  return key
}

const line = (host: SampleHost, type: string, marker = '') =>
  `${marker}${host === jump ? `[${host.sshHost}]:${host.sshPort}` : host.sshHost} ${type} ${keyOf(host, type).publicKey}\n`

/** A key that is nobody's. */
const OTHER_KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGPgLPyRyYRLGEXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX'

describe('a host key that nobody knows', () => {
  it('is asked about before anything else is said, and kept in a file of our own once accepted', async () => {
    const fixture = direct({ knownHosts: '', answers: [accept] })
    await fixture.host.connect()
    expect(fixture.questions).toMatchObject([
      {
        kind: 'host-key',
        address: `${jump.sshHost}:${jump.sshPort}`,
        algorithm: 'ssh-ed25519',
        fingerprint: keyOf(jump, 'ssh-ed25519').fingerprint,
      },
    ])
    expect(fixture.ownKnownHosts()).toBe(line(jump, 'ssh-ed25519'))
    await fixture.host.disconnect()
    await fixture.host.connect()
    expect(fixture.questions).toHaveLength(1)
  })

  it.each([
    ['declined', decline],
    ['passed over', (): HostAnswer => ({ kind: 'dismiss' })],
  ])('that is %s is not connected to, and no password is asked for', async (_name, answer) => {
    const auth = { agent: 'none', keyFiles: [], password: true }
    const fixture = direct({ knownHosts: '', answers: [answer], target: { auth } })
    await expect(fixture.host.connect()).rejects.toMatchObject({ code: 'host.key-rejected', retryable: false })
    expect(fixture.questions).toMatchObject([{ kind: 'host-key' }])
    expect(fixture.ownKnownHosts()).toBe('')
    expect(fixture.host.status.kind).toBe('failed')
  })
})

it('a host of which only one kind of key is known is asked for that kind', async () => {
  expect(jump.hostKeys.length).toBeGreaterThan(1)
  for (const { type } of jump.hostKeys) {
    const fixture = direct({ knownHosts: line(jump, type) })
    await fixture.host.connect()
    expect(fixture.questions).toEqual([])
  }
})

describe('a host key that must not be trusted', () => {
  it('because another is known is refused with the place of the known one, and nobody can wave it through', async () => {
    const knownHosts = `# a comment\n[${jump.sshHost}]:${jump.sshPort} ssh-ed25519 ${OTHER_KEY}\n`
    const fixture = direct({ knownHosts, answers: [accept] })
    await expect(fixture.host.connect()).rejects.toMatchObject({
      code: 'host.key-changed',
      retryable: false,
      details: {
        'shown key': keyOf(jump, 'ssh-ed25519').fingerprint,
        'known from': expect.stringMatching(/users_known_hosts, line 2$/),
      },
    })
    expect(fixture.questions).toEqual([])
    expect(fixture.host.status.kind).toBe('failed')
  })

  it('because it was revoked is refused, though it is known as well', async () => {
    const knownHosts = line(jump, 'ssh-ed25519') + line(jump, 'ssh-ed25519', '@revoked ')
    await expect(direct({ knownHosts, answers: [accept] }).host.connect()).rejects.toMatchObject({
      code: 'host.key-revoked',
    })
  })

  it('because only an authority vouches for it is refused, unless the key itself is known too', async () => {
    const authority = `@cert-authority * ssh-ed25519 ${OTHER_KEY}\n`
    await expect(direct({ knownHosts: authority, answers: [accept] }).host.connect()).rejects.toMatchObject({
      code: 'host.key-unknown',
      hint: expect.stringContaining('line 1'),
    })
    await direct({ knownHosts: authority + line(jump, 'ssh-ed25519') }).host.connect()
  })

  it('because the machine behind the address is another one since the last connection', async () => {
    const known = line(jump, 'ssh-ed25519')
    const fixture = direct({ knownHosts: known })
    await fixture.host.connect()
    await jump.changeHostKeys()
    await jump.killSshSessions()
    await expect(direct({ knownHosts: known }).host.connect()).rejects.toMatchObject({ code: 'host.key-changed' })
    await expect.poll(() => fixture.host.status.kind, { timeout: 20_000 }).toBe('failed')
    await expect(fixture.host.connect()).rejects.toMatchObject({ code: 'host.key-changed' })
  })
})

describe('a host behind a jump host', () => {
  const both = () => line(jump, 'ssh-ed25519') + line(target, 'ssh-ed25519')

  it('is reached, and everything works through it', async () => {
    const { host } = behind({ knownHosts: both() })
    expect((await host.connect()).hostname).toBe(target.name)
    await host.files.writeAtomic('/home/deploy/through', 'both hops')
    expect((await host.exec(['cat', '/home/deploy/through'])).stdout).toBe('both hops')
  })

  it('asks about the key of each hop', async () => {
    const fixture = behind({ knownHosts: '', answers: [accept, accept] })
    await fixture.host.connect()
    expect(fixture.questions).toMatchObject([
      { address: `${jump.sshHost}:${jump.sshPort}` },
      { address: `${target.sshHost}:22`, fingerprint: keyOf(target, 'ssh-ed25519').fingerprint },
    ])
    expect(fixture.ownKnownHosts()).toBe(both())
  })

  it.each([
    ['the jump host', () => `[${jump.sshHost}]:${jump.sshPort}`, () => line(target, 'ssh-ed25519')],
    ['the host itself', () => target.sshHost, () => line(jump, 'ssh-ed25519')],
  ])('is refused when the key of %s has changed', async (_name, name, otherLine) => {
    const fixture = behind({ knownHosts: `${otherLine()}${name()} ssh-ed25519 ${OTHER_KEY}\n`, answers: [accept] })
    await expect(fixture.host.connect()).rejects.toMatchObject({ code: 'host.key-changed' })
    expect(fixture.questions).toEqual([])
  })

  it('that the jump host cannot reach is told apart from a jump host that cannot be reached', async () => {
    const wrongTarget = behind({ knownHosts: both(), target: { port: 2 } })
    await expect(wrongTarget.host.connect()).rejects.toMatchObject({
      code: 'host.jump-failed',
      message: expect.stringContaining(`${target.sshHost}:2`),
    })
    const auth = { agent: 'none', keyFiles: [jump.privateKeyPath], password: false }
    const jumps = [{ hostname: '127.0.0.1', port: 1, user: 'deploy', auth }]
    const wrongJump = behind({ knownHosts: both(), target: { jumps } })
    await expect(wrongJump.host.connect()).rejects.toMatchObject({
      code: 'host.jump-failed',
      message: expect.stringContaining('127.0.0.1:1'),
    })
  })

  it('is noticed to be lost when the jump host goes, and is reached again by itself', async () => {
    const fixture = behind({ knownHosts: both() })
    await fixture.host.connect()
    const command = fixture.host.exec(['sleep', '600'], { timeoutMs: 60_000 })
    command.catch(() => {})
    await jump.killSshSessions()
    await expect(command).rejects.toMatchObject({ code: 'host.connection-lost' })
    await expect.poll(() => fixture.host.status.kind, { timeout: 20_000 }).toBe('connected')
  })
})
