import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MAX_RUNBOOK_BYTES } from './runbook-document.ts'
import { loadRunbook } from './runbook-loader.ts'

const sound = `slipway: 1
id: acme
name: Acme
match: { images: ["**/acme/api"] }
services:
  - name: api
probes:
  - id: health
    http: { service: api, port: 80, path: /health }
    healthy: { status: [200] }
`

function places(text: string): string[] {
  return loadRunbook(text, 'acme.yaml').problems.map(
    ({ line, column, at, message, expected }) =>
      `${line}:${column} ${at}: ${message}${expected === null ? '' : ` (${expected})`}`,
  )
}

test('the runbooks that come with the app are sound', () => {
  const folder = new URL('../../assets/runbooks/', import.meta.url)
  const files = readdirSync(folder)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const { runbook, problems } = loadRunbook(readFileSync(new URL(file, folder), 'utf8'), file)
    expect(problems).toEqual([])
    expect(`${runbook?.id}.yaml`).toBe(file)
  }
})

test('a sound runbook is read with its defaults', () => {
  const { runbook, problems } = loadRunbook(sound, 'acme.yaml')
  expect(problems).toEqual([])
  expect(runbook?.gate).toEqual({ timeoutSeconds: 60, settleSeconds: 10, intervalSeconds: 1 })
})

describe('a problem is shown where it is', () => {
  test.each([
    [
      'an unknown key',
      sound.replace('name: Acme', 'nmae: Acme'),
      ['1:1 name: This is missing. (text)', '3:1 nmae: Slipway does not know “nmae” here.'],
    ],
    [
      'a wrong type',
      sound.replace('port: 80', 'port: "80"'),
      ['9:33 probes[0].http.port: This is of the wrong type. (a number)'],
    ],
    [
      'a misspelt key in a probe',
      sound.replace('path: /health', 'pathh: /health'),
      [
        '9:11 probes[0].http.path: This is missing. (text)',
        '9:37 probes[0].http.pathh: Slipway does not know “pathh” here.',
      ],
    ],
    [
      'a probe without its judgement',
      sound.replace('    healthy: { status: [200] }\n', ''),
      ['8:5 probes[0].healthy: This is missing. (a mapping)'],
    ],
    [
      'a probe that asks nothing',
      sound.replace(/ {4}http: .*\n/, ''),
      ['8:5 probes[0]: This does not say what it is. (one of http, command, query)'],
    ],
    [
      'a probe that asks in an unknown way',
      sound.replace('http:', 'htp:').replace(/ {4}healthy: .*\n/, ''),
      [
        '8:5 probes[0]: This does not say what it is. (one of http, tcp, tls, command, container, query)',
        '9:5 probes[0].htp: Slipway does not know “htp” here.',
      ],
    ],
    [
      'a wrong word',
      `${sound}versions: { dataCompatible: sometimes }\n`,
      [
        '11:29 versions.dataCompatible: This value is not one of those that fit. (one of never, within-patch, within-minor, within-major, always)',
      ],
    ],
    [
      'too long a limit',
      `${sound}gate: { timeoutSeconds: 90000 }\n`,
      ['11:25 gate.timeoutSeconds: This is too big. (at most 3600)'],
    ],
    [
      'an id with a space',
      sound.replace('id: acme', 'id: My app'),
      ['2:5 id: This does not have the right form. (lower-case letters, digits and dashes)'],
    ],
    [
      'a relative path',
      sound.replace('/health', 'health'),
      ['9:43 probes[0].http.path: This does not have the right form. (text that starts with /)'],
    ],
    [
      'a name that leads nowhere',
      sound.replace('service: api', 'service: web'),
      ['9:22 probes[0].http.service: “web” is no service of this runbook. (one of api)'],
    ],
    [
      'a newer format',
      sound.replace('slipway: 1', 'slipway: 2'),
      ['1:10 slipway: This value is not one of those that fit. (one of 1)'],
    ],
    ['a key twice', sound.replace('name: Acme', 'id: again'), ['3:1 : Map keys must be unique']],
    ['a tab', sound.replace('  - name', '\t- name'), ['6:1 : Tabs are not allowed as indentation']],
    [
      'no closing bracket',
      sound.replace('[200]', '[200'),
      [
        '10:29 : Flow sequence in block collection must be sufficiently indented and end with a ]',
        '10:30 : Flow map in block collection must be sufficiently indented and end with a }',
      ],
    ],
    ['nothing', '', ['1:1 : This is of the wrong type. (a mapping)']],
    ['a list', '- a\n', ['1:1 : This is of the wrong type. (a mapping)']],
    [
      'two documents',
      `${sound}---\nid: other\n`,
      ['11:1 : A second document begins here, and a file holds one runbook.'],
    ],
    ['an unknown alias', sound.replace('name: Acme', 'name: *who'), ['3:7 : The alias *who has no anchor before it.']],
  ])('%s', (_title, text, expected) => {
    expect(places(text)).toEqual(expected)
  })
})

test('an unknown tag is a problem, and no value is made of it', () => {
  const { runbook, problems } = loadRunbook(sound.replace('name: Acme', 'name: !!js/function "x"'), 'a.yaml')
  expect(runbook).toBeNull()
  expect(problems[0]?.line).toBe(3)
})

test('aliases are read, but not ten thousand million of them', () => {
  const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(',')}]\n`
  let bomb = 'a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n'
  for (let index = 1; index <= 10; index += 1) bomb += level(`a${index}`, `a${index - 1}`)
  const { runbook, problems } = loadRunbook(bomb, 'bomb.yaml')
  expect(runbook).toBeNull()
  expect(problems).toHaveLength(1)

  const anchored = sound.replace('port: 80', 'port: &port 80').replace('probes:', 'x-probes: 1\nprobes:')
  expect(places(anchored)).toEqual(['7:1 x-probes: Slipway does not know “x-probes” here.'])
})

test('a few aliases that multiply are stopped as well', () => {
  const nine = (of: string) => `[${Array(9).fill(of).join(',')}]`
  const bomb = `${sound}a: &a ${nine('x')}\nb: &b ${nine('*a')}\nc: &c ${nine('*b')}\nd: &d ${nine('*c')}\ne: &e ${nine('*d')}\nf: ${nine('*e')}\n`
  expect(loadRunbook(bomb, 'bomb.yaml').runbook).toBeNull()
})

test('a file that is too large is not read', () => {
  expect(places(`# ${'x'.repeat(MAX_RUNBOOK_BYTES)}\n${sound}`)).toEqual(['1:1 : The file is larger than 256 KiB.'])
})

test('deep nesting is refused and does not end the app', () => {
  expect(loadRunbook('['.repeat(100_000), 'deep.yaml').runbook).toBeNull()
})

test('a byte order mark and Windows line ends are read', () => {
  expect(loadRunbook(`\uFEFF${sound.replaceAll('\n', '\r\n')}`, 'windows.yaml').problems).toEqual([])
})

test('of many problems the first fifty are told', () => {
  const keys = Array.from({ length: 80 }, (_, index) => `k${index}: 1`).join('\n')
  expect(loadRunbook(`${sound}${keys}\n`, 'many.yaml').problems).toHaveLength(50)
})
