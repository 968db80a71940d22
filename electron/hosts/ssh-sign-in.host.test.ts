import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import type { HostAnswer } from '../../shared/contract/hosts.ts'
import { openSshHost, type SshFixture, type SshFixtureOptions } from './ssh-fixture.ts'
import type { Vault } from './vault.ts'

let sample: SampleHost
let folder: string
const open: SshFixture[] = []

beforeAll(async () => {
  sample = await startSampleHost()
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'))
})
afterEach(() => Promise.all(open.splice(0).map((fixture) => fixture.dispose())))
afterAll(async () => {
  await sample?.dispose()
  rmSync(folder, { recursive: true })
})

function sshHost(auth: object, options: SshFixtureOptions = {}): SshFixture {
  const noKeys = { agent: 'none', keyFiles: [], password: false }
  const fixture = openSshHost(sample, { ...options, target: { auth: { ...noKeys, ...auth }, ...options.target } })
  open.push(fixture)
  return fixture
}

function says(...values: string[]): () => HostAnswer {
  return () => ({ kind: 'secret', values, save: true })
}

function makeKey(name: string, ...flags: string[]): string {
  const path = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, ...flags, '-f', path])
  return path
}

async function allowKey(path: string): Promise<void> {
  const line = execFileSync('ssh-keygen', ['-y', '-P', 'correct horse', '-f', path], { encoding: 'utf8' })
  await sample.exec(['sh', '-c', 'cat >> /home/deploy/.ssh/authorized_keys'], { input: line })
}

/** A vault that keeps everything in memory. */
function memoryVault(entries: Record<string, string> = {}): Vault & { readonly content: Map<string, string> } {
  const content = new Map(Object.entries(entries))
  return {
    content,
    availability: () => ({ available: true, reason: null }),
    get: async (key) => content.get(key) ?? null,
    set: async (key, value) => void content.set(key, value),
    delete: async (key) => void content.delete(key),
    list: async (prefix) => [...content.keys()].filter((key) => key.startsWith(prefix)),
  }
}

/** A real agent with these keys, for the time of `use`. */
async function withAgent(keys: readonly string[], use: (socket: string) => Promise<void>): Promise<void> {
  const socket = join(folder, `agent-${Math.random().toString(36).slice(2)}`)
  const agent = spawn('ssh-agent', ['-D', '-a', socket])
  try {
    await once(agent.stdout, 'data')
    for (const key of keys) execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    await use(socket)
  } finally {
    agent.kill()
  }
}

describe('a password', () => {
  it('is asked for, and kept only once it has proven right', async () => {
    const vault = memoryVault()
    const { host, questions } = sshHost({ password: true }, { vault, answers: [says('wrong'), says(sample.password)] })
    expect((await host.connect()).user).toBe('deploy')
    expect(questions).toMatchObject([
      { kind: 'secret', purpose: 'password', about: 'deploy', retry: false, canSave: true },
      { kind: 'secret', purpose: 'password', about: 'deploy', retry: true, canSave: true },
    ])
    expect([...vault.content.values()]).toEqual([sample.password])
  })

  it('that was kept is used without asking; a wrong one is dropped and asked for again', async () => {
    const key = `host/sample/password:deploy@127.0.0.1:${sample.sshPort}`
    const good = sshHost({ password: true }, { vault: memoryVault({ [key]: sample.password }) })
    await good.host.connect()
    expect(good.questions).toEqual([])

    const vault = memoryVault({ [key]: 'outdated' })
    const bad = sshHost({ password: true }, { vault, answers: [() => ({ kind: 'dismiss' })] })
    await expect(bad.host.connect()).rejects.toMatchObject({ code: 'host.auth-failed' })
    expect(bad.questions).toMatchObject([{ retry: true }])
    expect(vault.content.size).toBe(0)
  })

  it('is not asked for by a connection that nobody wanted yet, which says so instead', async () => {
    const { host, questions, states } = sshHost({ password: true }, { answers: [says(sample.password)] })
    host.connectQuietly()
    await expect.poll(() => host.status, { timeout: 20_000 }).toEqual({ kind: 'idle', asks: 'password' })
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'host.not-connected' })
    expect(states).toEqual(['connecting', 'idle'])
    expect(questions).toEqual([])
    await host.connect()
    expect(questions).toMatchObject([{ purpose: 'password', retry: false }])
  })

  it('that is wrong three times ends the attempt, and nothing tries again by itself', async () => {
    const { host } = sshHost({ password: true }, { answers: [says('a'), says('b'), says('c')] })
    await expect(host.connect()).rejects.toMatchObject({
      code: 'host.auth-failed',
      retryable: false,
      message: expect.stringContaining('Tried: a password.'),
    })
    expect(host.status.kind).toBe('failed')
  })
})

it('keyboard-interactive answers what the server asks', async () => {
  await sample.configureSshd(['PasswordAuthentication no'])
  try {
    const { host, questions } = sshHost({ password: true }, { answers: [says('wrong'), says(sample.password)] })
    await host.connect()
    expect(questions).toMatchObject([
      { purpose: 'keyboard-interactive', prompts: [{ echo: false }], retry: false },
      { purpose: 'keyboard-interactive', retry: true },
    ])
  } finally {
    await sample.configureSshd([])
  }
})

it('a key and then a password, where the server wants both', async () => {
  await sample.configureSshd(['AuthenticationMethods publickey,keyboard-interactive'])
  try {
    const auth = { keyFiles: [sample.privateKeyPath], password: true }
    const { host, questions } = sshHost(auth, { answers: [says(sample.password)] })
    await host.connect()
    expect(questions).toHaveLength(1)
  } finally {
    await sample.configureSshd([])
  }
})

describe('a key file', () => {
  it.each([
    ['of OpenSSH', []],
    ['in PEM form', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ] as const)('%s with a passphrase is unlocked by asking', async (_name, flags) => {
    const path = makeKey(`locked-${flags.length}`, ...flags, '-N', 'correct horse')
    await allowKey(path)
    const vault = memoryVault()
    const answers = [says('wrong'), says('correct horse')]
    const { host, questions } = sshHost({ keyFiles: [path] }, { vault, answers })
    await host.connect()
    expect(questions).toMatchObject([
      { purpose: 'passphrase', about: path, retry: false },
      { purpose: 'passphrase', about: path, retry: true },
    ])
    expect([...vault.content]).toEqual([[`host/sample/passphrase:${path}`, 'correct horse']])
    await host.disconnect()
    await host.connect()
    expect(questions).toHaveLength(2)
  })

  it('that the server does not know is refused, with what was tried', async () => {
    const path = makeKey('stranger')
    const { host } = sshHost({ keyFiles: [path] })
    await expect(host.connect()).rejects.toMatchObject({
      code: 'host.auth-failed',
      message: expect.stringContaining(`Tried: the key ${path}.`),
      hint: expect.stringContaining('authorized_keys'),
    })
  })

  it.each([
    ['is missing', 'does not exist', () => join(folder, 'missing')],
    ['others can read', 'can be read by others', copyOpenKey],
    ['is no key', 'cannot be used', writeNonsense],
    ['is the public half', 'is a public key', () => `${makeKey('halves')}.pub`],
  ])('that %s is said to be so', async (_name, text, path) => {
    const { host } = sshHost({ keyFiles: [path()] })
    await expect(host.connect()).rejects.toMatchObject({
      code: 'host.key-file',
      hint: expect.stringContaining(text),
      retryable: false,
    })
  })
})

function copyOpenKey(): string {
  const path = join(folder, 'open')
  copyFileSync(sample.privateKeyPath, path)
  chmodSync(path, 0o644)
  return path
}

function writeNonsense(): string {
  writeFileSync(join(folder, 'nonsense'), 'nonsense', { mode: 0o600 })
  return join(folder, 'nonsense')
}

describe('an agent', () => {
  it('signs in with the key it holds', async () => {
    await withAgent([sample.privateKeyPath], async (agent) => {
      const { host, questions } = sshHost({ agent })
      await host.connect()
      expect(questions).toEqual([])
    })
  })

  it('with more keys than the server tries does not keep the key file from being tried', async () => {
    const many = Array.from({ length: 8 }, (_, index) => makeKey(`many-${index}`))
    await withAgent(many, async (agent) => {
      const { host } = sshHost({ agent, keyFiles: [sample.privateKeyPath] })
      await host.connect()
      const alone = sshHost({ agent })
      await expect(alone.host.connect()).rejects.toMatchObject({ code: 'host.auth-failed', retryable: false })
    })
  })

  it('that was named and does not answer is said to be so', async () => {
    const { host } = sshHost({ agent: join(folder, 'no-agent') })
    await expect(host.connect()).rejects.toMatchObject({
      code: 'host.agent-unavailable',
      hint: expect.stringContaining('no-agent'),
    })
  })

  it('without keys is said to be so', async () => {
    await withAgent([], async (agent) => {
      const { host } = sshHost({ agent })
      await expect(host.connect()).rejects.toMatchObject({ hint: expect.stringContaining('holds no keys') })
    })
  })
})

it('no secret is in what a host or an error prints of itself', async () => {
  const { inspect } = await import('node:util')
  const fixture = sshHost({ password: true }, { answers: [says('hunter2-wrong'), says(sample.password)] })
  await fixture.host.connect()
  const error = await sshHost({ password: true }, { answers: [says('hunter2-wrong')] })
    .host.connect()
    .catch((thrown: unknown) => thrown)
  const printed = inspect([fixture.host, fixture.states, error], { depth: null, showHidden: true })
  expect(printed).not.toContain(sample.password)
  expect(printed).not.toContain('hunter2-wrong')
})

it.each([
  ['a closed port', { port: 1 }, 'host.unreachable', true],
  ['a name that does not exist', { hostname: 'no-such-host.invalid' }, 'host.unreachable', true],
])('%s is told apart', async (_name, target, code, retryable) => {
  const { host } = sshHost({}, { target })
  await expect(host.connect()).rejects.toMatchObject({ code, retryable, hint: expect.any(String) })
  expect(host.status.kind).toBe('waiting')
})
