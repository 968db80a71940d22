import { describe, expect, test } from 'vitest'
import { type ResolvedRunbook, resolveRunbook } from './resolve-runbook.ts'
import { parseRunbookDocument, type RunbookDocument, type RunbookSource } from './runbook-document.ts'

const base = `slipway: 1
id: acme
name: Acme
match: { images: ["**/acme/api"] }
gate: { timeoutSeconds: 30, settleSeconds: 5 }
services:
  - name: api
    expected: { memoryBytes: 100 }
  - name: worker
probes:
  - id: health
    http: { service: api, port: 80, path: /health }
    healthy: { status: [200] }
  - id: alive
    tcp: { service: worker, port: 90 }
backup:
  datasets:
    - { kind: sqlite, id: main, service: api, path: /data/a.db }
    - { kind: volume, id: files, service: api, path: /files }
  stop: [api]
secrets:
  - { id: key, service: api, variable: API_KEY }
checklist:
  - { id: backups, title: Are backups kept elsewhere? }
`

function document(text: string, file: string, source: RunbookSource = 'user'): RunbookDocument {
  const parsed = parseRunbookDocument(text, file, source)
  if (parsed.document === null) throw new Error(parsed.problems[0]?.message)
  return parsed.document
}

const builtIn = document(base, 'acme.yaml', 'built-in')

function layer(text: string): ResolvedRunbook {
  const own = document(text, 'mine.yaml')
  return resolveRunbook(own, [own, builtIn])
}

function problems({ problems: found }: ResolvedRunbook): string[] {
  return found.map(
    ({ file, line, column, at, message, expected }) =>
      `${file}:${line}:${column} ${at}: ${message}${expected === null ? '' : ` (${expected})`}`,
  )
}

/** What a change makes of the base: the runbook, which must be sound. */
function change(text: string) {
  const resolved = layer(`extends: acme\n${text}`)
  expect(problems(resolved)).toEqual([])
  return resolved.runbook
}

describe('a file that extends a runbook', () => {
  test('may change nothing, and is called as the base', () => {
    expect(change('')).toEqual(resolveRunbook(builtIn, []).runbook)
  })

  test('changes single values, at any depth', () => {
    const runbook = change('name: My Acme\ngate: { settleSeconds: 20 }\n')
    expect(runbook?.name).toBe('My Acme')
    expect(runbook?.gate).toMatchObject({ timeoutSeconds: 30, settleSeconds: 20 })
  })

  test('changes items by their name, and puts new ones behind', () => {
    const runbook = change(`
services:
  - { name: worker, optional: true }
  - { name: mailer }
probes:
  - id: health
    http: { path: /ready }
backup:
  datasets:
    - { id: main, path: /data/b.db }
secrets:
  - { id: key, title: The key }
checklist:
  - { id: alarms, title: Who is woken? }
`)
    expect(runbook?.services.map(({ name, optional }) => `${name} ${optional}`)).toEqual([
      'api false',
      'worker true',
      'mailer false',
    ])
    expect(runbook?.services[0]?.expected?.memoryBytes).toBe(100)
    expect(runbook?.probes[0]).toMatchObject({ http: { path: '/ready', port: 80 }, healthy: { status: [200] } })
    expect(runbook?.backup?.datasets).toMatchObject([{ id: 'main', path: '/data/b.db' }, { id: 'files' }])
    expect(runbook?.secrets).toMatchObject([{ id: 'key', title: 'The key', variable: 'API_KEY' }])
    expect(runbook?.checklist.map(({ id }) => id)).toEqual(['backups', 'alarms'])
  })

  test('replaces other lists as a whole', () => {
    const runbook = change('match: { images: ["**/fork/api"] }\nbackup: { stop: [worker] }\n')
    expect(runbook?.match.images).toEqual(['**/fork/api'])
    expect(runbook?.backup?.stop).toEqual(['worker'])
  })

  test('removes with null', () => {
    const runbook = change(`
gate: { settleSeconds: ~ }
backup: null
services: { worker: null }
probes: { alive: null, health: { healthy: { status: [200, 204] } } }
`)
    expect(runbook?.gate).toMatchObject({ timeoutSeconds: 30, settleSeconds: 10 })
    expect(runbook?.backup).toBeUndefined()
    expect(runbook?.services.map(({ name }) => name)).toEqual(['api'])
    expect(runbook?.probes).toMatchObject([{ id: 'health', healthy: { status: [200, 204] } }])
  })

  test('adds items in a mapping under their name', () => {
    expect(change('probes: { extra: { container: { service: api } } }')?.probes.map(({ id }) => id)).toEqual([
      'health',
      'alive',
      'extra',
    ])
  })

  test('keeps a null where the base has nothing: it is a value there', () => {
    const runbook = change('probes: { rows: { query: { dataset: main, sql: SELECT 1 }, healthy: { equals: null } } }')
    expect(runbook?.probes[2]).toMatchObject({ healthy: { equals: null } })
  })

  test('may have an id of its own', () => {
    expect(change('id: acme-staging\n')?.id).toBe('acme-staging')
  })
})

describe('a problem is told of the file that wrote the value', () => {
  test.each([
    [
      'a wrong type',
      'gate: { settleSeconds: long }',
      ['mine.yaml:2:24 gate.settleSeconds: This is of the wrong type. (a number)'],
    ],
    ['an unknown key', 'gate: { setle: 1 }', ['mine.yaml:2:9 gate.setle: Slipway does not know “setle” here.']],
    [
      'a key that is unknown beside those of the base',
      'probes:\n  - id: health\n    http: { pth: /x }',
      ['mine.yaml:4:13 probes[0].http.pth: Slipway does not know “pth” here.'],
    ],
    [
      'a new item that lacks something',
      'secrets:\n  - { id: other, service: api }',
      ['mine.yaml:3:5 secrets[0].variable: This is missing. (text)'],
    ],
    ['a value that is needed and was removed', 'name: null', ['mine.yaml:2:7 name: This is missing. (text)']],
    [
      'the same item twice',
      'probes:\n  - { id: health, intervalSeconds: 5 }\n  - { id: health, intervalSeconds: 6 }',
      ['mine.yaml:4:11 probes[1].id: “health” is there twice. (another id)'],
    ],
    [
      'what the base says of a service that was removed',
      'services: { worker: null }',
      ['acme.yaml:15:21 probes[1].tcp.service: “worker” is no service of this runbook. (one of api)'],
    ],
    [
      'a mapping for a list without names',
      'backup: { stop: { api: null } }',
      ['mine.yaml:2:17 backup.stop: This is of the wrong type. (a list)'],
    ],
    [
      'nothing to remove',
      'probes: { ready: null }',
      ['mine.yaml:2:18 probes.ready: This is of the wrong type. (a mapping)'],
    ],
  ])('%s', (_title, text, expected) => {
    expect(problems(layer(`extends: acme\n${text}\n`))).toEqual(expected)
  })
})

describe('what is extended', () => {
  test('has to be there', () => {
    expect(problems(layer('slipway: 1\nextends: amce\n'))).toEqual([
      'mine.yaml:2:10 extends: There is no runbook “amce” to extend. (one of acme)',
    ])
  })

  test('has to be named', () => {
    expect(problems(layer('extends: [acme]\n'))).toEqual([
      'mine.yaml:1:10 extends: This is of the wrong type. (the id of a runbook)',
    ])
  })

  test('must not lead back', () => {
    const files = ['a', 'b', 'c'].map((id, index) => document(`id: ${id}\nextends: ${'bca'[index]}\n`, `${id}.yaml`))
    for (const one of files) {
      expect(resolveRunbook(one, files).problems[0]?.message).toMatch(/^These files extend each other in a circle: /)
    }
    expect(problems(resolveRunbook(files[0] as RunbookDocument, files))).toEqual([
      'c.yaml:2:10 extends: These files extend each other in a circle: a.yaml → b.yaml → c.yaml → a.yaml.',
    ])
  })

  test('cannot be the file itself', () => {
    const own = document('id: mine\nextends: mine\n', 'mine.yaml')
    expect(problems(resolveRunbook(own, [own]))).toEqual([
      'mine.yaml:2:10 extends: There is no runbook “mine” to extend.',
    ])
  })

  test('must not be an endless way off', () => {
    const files = Array.from({ length: 15 }, (_, index) =>
      document(`id: x${index}\nextends: x${index + 1}\n`, `x${index}.yaml`),
    )
    expect(resolveRunbook(files[0] as RunbookDocument, files).problems[0]?.message).toBe(
      'More than 10 files extend each other.',
    )
  })

  test("is the user's before the built-in one, and never what is nearer to the stack", () => {
    const user = document('extends: acme\nname: Of the user\n', 'user.yaml', 'user')
    const stack = document('extends: acme\ngate: { settleSeconds: 1 }\n', 'slipway.yaml', 'stack')
    const pool = [user, stack, builtIn]
    const resolved = resolveRunbook(stack, pool)
    expect(resolved.layers.map(({ file }) => file)).toEqual(['slipway.yaml', 'user.yaml', 'acme.yaml'])
    expect(resolved.runbook).toMatchObject({ name: 'Of the user', gate: { timeoutSeconds: 30, settleSeconds: 1 } })
    expect(resolveRunbook(user, pool).layers.map(({ file }) => file)).toEqual(['user.yaml', 'acme.yaml'])
  })
})

test('a file beside the one that it extends is told to take an id of its own', () => {
  const own = document('extends: acme\n', 'mine.yaml')
  const twin = document(base, 'acme.yaml')
  expect(problems(resolveRunbook(own, [own, twin]))).toEqual([
    'mine.yaml:1:10 extends: The runbook “acme” is beside this file, which needs an id of its own to extend it.',
  ])
})
