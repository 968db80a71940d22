import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, it, test } from 'vitest'
import { buildRemoteCommand, Preamble } from './remote-command.ts'

/** Runs a line as sshd would, by the user's shell, and gives what belongs to the command. */
function run(line: string, marker: string) {
  const { stdout, stderr, status } = spawnSync('bash', ['-c', line])
  return [stdout, stderr].map((output) => new Preamble(marker).take(output).toString()).concat(String(status))
}

test.skipIf(process.platform === 'win32')(
  'a command keeps its words, its directory, its variables and its exit',
  () => {
    const script = 'printf "%s|%s|%s" "$PWD" "$A" "$1"; echo err >&2; exit 7'
    const { line, marker } = buildRemoteCommand(['sh', '-c', script, 'sh', "it's $HOME\n"], {
      cwd: '/usr',
      env: { A: 'a b' },
    })
    expect(run(line, marker)).toEqual(["/usr|a b|it's $HOME\n", 'err\n', '7'])
  },
)

test.skipIf(process.platform === 'win32')('stdin goes to the command, not to what watches over it', () => {
  const { line, marker } = buildRemoteCommand(['cat'])
  const output = execFileSync('bash', ['-c', line], { input: 'through', stdio: ['pipe', 'pipe', 'ignore'] })
  expect(new Preamble(marker).take(output).toString()).toBe('through')
})

test('every command has a marker of its own', () => {
  expect(buildRemoteCommand(['true']).marker).not.toBe(buildRemoteCommand(['true']).marker)
})

describe('what stands before the marker', () => {
  const text = 'Welcome to slipway-1x!\nslipway-12 4711\nout\nput'

  it.each([1, 2, 3, 7, 1000])('is cut off, in pieces of %i bytes too', (size) => {
    const preamble = new Preamble('slipway-12')
    let taken = ''
    for (let at = 0; at < text.length; at += size) taken += preamble.take(Buffer.from(text.slice(at, at + size)))
    expect(taken + preamble.flush()).toBe('out\nput')
    expect(preamble.rest).toBe('4711')
  })

  it('is all there is where the marker never comes, and is then given', () => {
    const preamble = new Preamble('slipway-12')
    expect(preamble.take(Buffer.from('This account is not available.\n'))).toHaveLength(0)
    expect(preamble.flush().toString()).toBe('This account is not available.\n')
  })

  it('is not kept without end', () => {
    const preamble = new Preamble('slipway-12')
    for (let round = 0; round < 100; round++) preamble.take(Buffer.alloc(10_000, 'x'))
    preamble.take(Buffer.from('\nslipway-12 1\nout'))
    expect(preamble.rest).toBe('1')
    const flood = new Preamble('slipway-12')
    for (let round = 0; round < 100; round++) flood.take(Buffer.alloc(10_000, 'x'))
    expect(flood.flush().length).toBeLessThan(100_000)
  })
})
