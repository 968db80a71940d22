import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { buildCommandLine, quoteArgv, quoteWord, wrapForLoginShell } from './quote.ts'

const WORDS = [
  'plain',
  '',
  ' ',
  'a b  c ',
  "it's",
  "'",
  `''"''`,
  '"quoted"',
  'line\nbreak',
  'trailing newline\n',
  'tab\tand\rreturn',
  '$HOME $(id) `id` $$ $1',
  'back\\slash \\n \\',
  '!! !x a!',
  '-n',
  '--',
  '*?[a-z]{a,b}',
  '~ ~root',
  '#comment',
  'a;b&c|d>e<f(g)',
  'x=y',
  '=ls',
  '%s 100%',
  '^x^y',
  'é ü 漢字 🚢',
  '\u0001\u001b\u007f',
  'x'.repeat(60_000),
]

function shellPath(name: string): string | null {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}

function run(shell: string, line: string): string {
  // Without a home no start-up file of the user has a say, and what shells complain of is not ours to show.
  const env = { PATH: process.env.PATH, HOME: '/nonexistent' }
  return execFileSync(shell, ['-c', line], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] })
}

function installed(names: readonly string[]): string[] {
  return names.filter((name) => shellPath(name) !== null)
}

describe.each(installed(['sh', 'bash', 'dash', 'zsh', 'ksh']))('in %s', (shell) => {
  it.each(WORDS.map((word) => [JSON.stringify(word).slice(0, 40), word]))('%s stays one word', (_, word) => {
    expect(run(shell, `printf '[%s]' ${quoteWord(word)}`)).toBe(`[${word}]`)
  })

  it('an argv array stays what it was', () => {
    expect(run(shell, quoteArgv(['printf', '%s\\0', ...WORDS]))).toBe(WORDS.map((word) => `${word}\0`).join(''))
  })

  it('directory, variables and prefix take effect, in this order', () => {
    const line = buildCommandLine(['sh', '-c', 'pwd; printf %s "$A" "$B"'], {
      cwd: '/usr/',
      env: { A: "it's $HOME ", B: 'é' },
      prefix: ['env', '-i'],
      exec: true,
    })
    expect(run(shell, line)).toBe("/usr\nit's $HOME é")
  })

  it('nothing runs where the directory is missing', () => {
    const line = buildCommandLine(['echo', 'ran'], { cwd: '/no such directory' })
    expect(run(shell, `${line} || true`)).toBe('')
  })

  it('a program with an equal sign is not taken for a variable', () => {
    expect(run(shell, `${quoteArgv(['a=b'])} 2>/dev/null || echo "$a missing"`)).toBe(' missing\n')
  })
})

describe.each(installed(['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh']))('%s as login shell', (shell) => {
  it.each(WORDS.filter((word) => word.length < 1000).map((word) => [JSON.stringify(word), word]))(
    'hands over %s',
    (_, word) => {
      expect(run(shell, wrapForLoginShell(quoteArgv(['printf', '[%s]', word])))).toBe(`[${word}]`)
    },
  )

  it('leaves standard input to the command', () => {
    const line = wrapForLoginShell(quoteArgv(['sh', '-c', "cat; printf '%s' 'it'\\''s'"]))
    expect(execFileSync(shell, ['-c', line], { input: 'from stdin ', encoding: 'utf8' })).toBe("from stdin it's")
  })

  it('gives the exit code of the command', () => {
    expect(() => run(shell, wrapForLoginShell("sh -c 'exit 7'"))).toThrow(expect.objectContaining({ status: 7 }))
  })
})

it.each(['docker', 'compose', '-f', '/srv/a-b_c.yml', 'name=value', 'repo@sha256:ab', '100%'])(
  '%s needs no quotes',
  (word) => {
    expect(quoteWord(word)).toBe(word)
  },
)

it('a NUL is refused, for the command would be cut off there', () => {
  expect(() => quoteArgv(['rm', '/srv/a\0b'])).toThrow(expect.objectContaining({ code: 'input.invalid' }))
})
