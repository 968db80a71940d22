import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { dockerArchitecture, FACTS_SCRIPT, parseFacts } from './facts.ts'
import { readClock } from './host-clock.ts'

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
  expect(parseFacts(OUTPUT)).toMatchObject({
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
  expect(parseFacts('user=a\nhome=\n')).toMatchObject({
    dockerPath: null,
    groups: [],
    canSudo: false,
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
  const clock = readClock(output, { beginMs, endMs: Date.now() })
  const facts = parseFacts(output)
  expect(facts.uid).toBe(process.getuid?.())
  expect(facts.home).toMatch(/^\//)
  expect(Math.abs(clock?.offsetMs ?? Number.NaN)).toBeLessThan(5_000)
})
