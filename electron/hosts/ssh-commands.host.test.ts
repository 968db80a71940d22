import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { buildRemoteCommand } from './remote-command.ts'
import { openSshHost, type SshFixture } from './ssh-fixture.ts'
import type { SshHost } from './ssh-host.ts'

let sample: SampleHost
let fixture: SshFixture
let host: SshHost

beforeAll(async () => {
  sample = await startSampleHost({ sudo: true })
  fixture = openSshHost(sample)
  host = fixture.host
})

afterAll(async () => {
  await fixture?.dispose()
  await sample?.dispose()
})

/** Runs the line `$1` below a shell that is dead by then. */
const DIES_BEFORE = `
  rm -f /tmp/said
  ( (sleep 0.5; exec setsid sh -c "$1") </dev/null >/tmp/said 2>&1 & )
  until [ -s /tmp/said ]; do sleep 0.05; done
`

/**
 * Runs the line `$1` below a shell that dies before the line has got further than to say that it begins: what it says
 * goes into a pipe that is full until then.
 */
const DIES_MEANWHILE = `
  rm -f /tmp/full /tmp/said; mkfifo /tmp/full
  exec 3<>/tmp/full; head -c 65536 /dev/zero >&3
  bash -c 'setsid sh -c "$1" </dev/null >/tmp/said 2>&3 & wait' bash "$1" & parent=$!
  until [ -s /tmp/said ]; do sleep 0.05; done
  kill -KILL $parent; wait $parent
  head -c 65536 /tmp/full >/dev/null
  read -r begun <&3; read -r -t 10 reason <&3; echo "$reason" >> /tmp/said
`

/** The pattern holds brackets, lest pgrep find itself. */
const commandFor = (pattern: string) => pattern.replace(/[[\]]/g, '').split(' ')

/** Command lines of the processes that run on the host, seen past SSH. */
async function running(pattern: string): Promise<string> {
  return (await sample.exec(['pgrep', '-af', pattern], { allowFailure: true })).stdout
}

async function isGone(pattern: string): Promise<void> {
  await vi.waitFor(async () => expect(await running(pattern)).toBe(''), { timeout: 10_000, interval: 200 })
}

async function runs(pattern: string): Promise<void> {
  await vi.waitFor(async () => expect(await running(pattern)).not.toBe(''), { timeout: 10_000, interval: 100 })
}

describe('a command that is given up ends on the host', () => {
  it.each([
    ['after its deadline', 'sleep 4[0]01', { timeoutMs: 700 }],
    ['after its deadline, as root', 'sleep 4[0]02', { timeoutMs: 700, sudo: true }],
  ])('%s', async (_name, pattern, options) => {
    await expect(host.exec(commandFor(pattern), options)).rejects.toMatchObject({
      code: 'host.timeout',
    })
    expect(await running(pattern)).toBe('')
  })

  it('when its caller aborts', async () => {
    const controller = new AbortController()
    const command = host.exec(['sleep', '4003'], { signal: controller.signal, timeoutMs: 60_000 })
    command.catch(() => {})
    await runs('sleep 4[0]03')
    controller.abort(new Error('changed my mind'))
    await expect(command).rejects.toThrow('changed my mind')
    expect(await running('sleep 4[0]03')).toBe('')
  })

  it('though it and its children take no notice of polite signals', async () => {
    const stubborn = 'trap "" TERM HUP; sleep 4004 & wait; sleep 4004'
    await expect(host.exec(['sh', '-c', stubborn], { timeoutMs: 500 })).rejects.toMatchObject({ code: 'host.timeout' })
    await isGone('sleep 4[0]04')
  })

  it('when it writes more than fits', async () => {
    const flood = host.exec(['sh', '-c', 'yes 4005'], { maxOutputBytes: 100_000 })
    await expect(flood).rejects.toMatchObject({ code: 'host.command-failed' })
    await isGone('yes 4[0]05')
  })

  it('when a socket over it is destroyed', async () => {
    const socket = host.openSocket({ argv: ['sh', '-c', 'echo up; sleep 4006'] })
    socket.resume()
    await runs('sleep 4[0]06')
    socket.destroy()
    await once(socket, 'close')
    await isGone('sleep 4[0]06')
  })

  it.each([
    ['before it begins', DIES_BEFORE],
    ['just when it begins', DIES_MEANWHILE],
  ])('when its connection is gone %s', async (_when, script) => {
    const { line } = buildRemoteCommand(['sleep', '4011'])
    await sample.exec(['bash', '-c', script, 'bash', line])
    await expect.poll(() => sample.readFile('/tmp/said')).toContain('The connection was gone')
    expect(await running('sleep 4[0]11')).toBe('')
  })

  it.each([
    ['', 'sleep 4[0]07', false],
    [', as root', 'sleep 4[0]08', true],
  ])('when the connection is closed%s', async (_name, pattern, sudo) => {
    const process = host.spawn(commandFor(pattern), { sudo })
    await runs(pattern)
    await host.disconnect()
    await expect(process.exit).rejects.toMatchObject({ code: 'host.not-connected' })
    await host.connect()
    await isGone(pattern)
  })
})

it('what shell files print is kept out of output, and shown where a command never started', async () => {
  await sample.writeFile('/home/deploy/.bashrc', 'echo "Welcome!"; echo "be careful" >&2\n')
  try {
    expect(await host.exec(['sh', '-c', 'echo out; echo err >&2'])).toMatchObject({ stdout: 'out\n', stderr: 'err\n' })
    const socket = host.openSocket({ argv: ['cat'] })
    socket.end('through')
    expect(await text(socket)).toBe('through')
    await sample.writeFile('/home/deploy/.bashrc', 'echo "No commands for you." >&2; exit 3\n')
    await expect(host.exec(['true'])).rejects.toMatchObject({
      code: 'host.command-failed',
      message: expect.stringContaining('No commands for you.'),
    })
  } finally {
    await sample.exec(['rm', '/home/deploy/.bashrc'])
  }
})

it.for(['fish', 'csh', 'zsh', 'dash'])(
  'commands arrive unchanged through %s as login shell, where it is there',
  async (shell, { skip }) => {
    const path = (await sample.exec(`command -v ${shell} || true`)).stdout.trim()
    if (path === '') skip(`${shell} is not on the sample host`)
    await sample.exec(['usermod', '--shell', path, 'deploy'])
    try {
      const words = ['a b', "it's", '$(id)', '`id`', '!!', 'new\nline', '\\', '*', '', '-n', 'é']
      const { stdout } = await host.exec(['printf', '%s|', ...words])
      expect(stdout).toBe(words.map((word) => `${word}|`).join(''))
    } finally {
      await sample.exec(['usermod', '--shell', '/bin/bash', 'deploy'])
    }
  },
)

it('more commands at once than sshd has sessions all run, and leave no channel', async () => {
  const outputs = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => (await host.exec(['echo', String(index)])).stdout.trim()),
  )
  expect(outputs).toEqual(Array.from({ length: 40 }, (_, index) => String(index)))
  expect(host.openChannels).toBe(0)
})
