import { execFileSync } from 'node:child_process'
import { describe, expect, it, test } from 'vitest'
import { dockerArchitecture, FACTS_SCRIPT, parseFacts } from './facts.ts'

const OUTPUT = `begin=1700000000100000000
user=deploy
uid=1000
home=/home/deploy
hostname=vm
os=Linux
machine=aarch64
groups=deploy docker
docker=/usr/bin/docker
sudo=yes
now=1700000000300000000
`

test('the look at a host is read', () => {
  expect(parseFacts(OUTPUT, { beginMs: 0, endMs: 0 })).toMatchObject({
    user: 'deploy',
    uid: 1000,
    home: '/home/deploy',
    hostname: 'vm',
    os: 'linux',
    architecture: 'arm64',
    dockerPath: '/usr/bin/docker',
    groups: ['deploy', 'docker'],
    canSudo: true,
  })
})

test('what is not said is not there', () => {
  expect(parseFacts('user=a\nhome=\n', { beginMs: 0, endMs: 0 })).toMatchObject({
    dockerPath: null,
    groups: [],
    canSudo: false,
    clockOffsetMs: 0,
  })
})

describe('the offset of the clock', () => {
  // The script took 200 ms of the host's time, and the call 280: four ways of 20 ms, the last of them the answer's.
  const times = { beginMs: 1_700_000_000_000, endMs: 1_700_000_000_280 }

  it('leaves out the way of the answer', () => {
    expect(parseFacts(OUTPUT, times).clockOffsetMs).toBe(300 - (280 - 20))
  })

  it.each([
    ['whole seconds, where date knows no nanoseconds', '1700000007', 7000 - 0],
    ['whole seconds with a letter behind', '1700000007N', 7000 - 0],
  ])('is known to %s', (_name, now, offsetMs) => {
    const clock = parseFacts(`user=a\nbegin=${now}\nnow=${now}\n`, { beginMs: times.beginMs, endMs: times.beginMs })
    expect(clock.clockOffsetMs).toBe(offsetMs)
  })

  it('of an hour is an hour', () => {
    const ahead = OUTPUT.replaceAll('=1700000000', '=1700003600')
    expect(parseFacts(ahead, times).clockOffsetMs).toBe(3_600_000 + 40)
  })
})

test.each([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armv7l', 'arm'],
  ['loongarch64', 'loongarch64'],
])('%s is what Docker calls %s', (machine, architecture) => {
  expect(dockerArchitecture(machine)).toBe(architecture)
})

test.skipIf(process.platform === 'win32')('the script runs in a plain shell and says all it should', () => {
  const beginMs = Date.now()
  const output = execFileSync('sh', ['-c', FACTS_SCRIPT], { encoding: 'utf8' })
  const facts = parseFacts(output, { beginMs, endMs: Date.now() })
  expect(facts.uid).toBe(process.getuid?.())
  expect(facts.home).toMatch(/^\//)
  expect(Math.abs(facts.clockOffsetMs)).toBeLessThan(5_000)
})
