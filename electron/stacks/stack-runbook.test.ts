import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LocalHost } from '../hosts/local-host.ts'
import { buildService } from './container-fixture.ts'
import { type RunbookLibrary, readRunbookLibrary } from './runbook-library.ts'
import { bindStack, readStackRunbook } from './stack-runbook.ts'

const written = (id: string, more = '') =>
  `slipway: 1\nid: ${id}\nname: ${id}\nmatch: { images: ["**/acme/api"] }\nservices: [{ name: api }]\n${more}`

let folder: string
let stack: string
let library: RunbookLibrary
const host = new LocalHost({ id: 'here', label: 'this computer' })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stack-'))
  stack = join(folder, 'stack')
  for (const name of ['stack', 'built-in', 'user']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'built-in', 'acme.yaml'), written('acme', 'gate: { timeoutSeconds: 30 }\n'))
  library = await readRunbookLibrary({ builtIn: join(folder, 'built-in'), user: join(folder, 'user') })
})

afterEach(() => rmSync(folder, { recursive: true }))

async function bind() {
  const model = { name: 'acme', services: { api: buildService('api') }, volumes: {}, networks: {}, warnings: [] }
  return bindStack(library, model, await readStackRunbook(host, stack))
}

test('a stack without a file of its own has the runbook that fits', async () => {
  expect(await bind()).toMatchObject({ source: 'built-in', problems: [] })
})

test.each(['slipway.yaml', 'slipway.yml'])(
  '%s counts before every other runbook, whatever it matches',
  async (name) => {
    writeFileSync(join(stack, name), written('own').replace('acme/api', 'nothing/else'))
    const { runbook, source, layers } = await bind()
    expect([runbook.id, source, layers[0]?.file]).toEqual(['own', 'stack', join(stack, name)])
  },
)

test('it may change single values of another', async () => {
  writeFileSync(join(stack, 'slipway.yaml'), 'extends: acme\ngate: { settleSeconds: 3 }\n')
  const { runbook, layers } = await bind()
  expect(runbook).toMatchObject({ id: 'acme', gate: { timeoutSeconds: 30, settleSeconds: 3 } })
  expect(layers.map(({ source }) => source)).toEqual(['stack', 'built-in'])
})

test.each<[string, string | Buffer, string]>([
  ['a typing mistake', 'extends: acme\ngaet: {}\n', '2:1 Slipway does not know “gaet” here.'],
  ['nothing to extend', 'extends: other\n', '1:10 There is no runbook “other” to extend.'],
  ['no YAML', 'a: [\n', '2:1 Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['no text', Buffer.from('slipway: 1\nid: \xff\xfe', 'latin1'), '2:5 The file is not UTF-8 text.'],
  ['too much of it', Buffer.alloc(2 * 1024 * 1024, '#'), '1:1 The file is larger than 256 KiB.'],
])('a file with %s is told, and the stack operated by the runbook that fits', async (_title, content, expected) => {
  writeFileSync(join(stack, 'slipway.yaml'), content)
  const { runbook, source, problems } = await bind()
  expect([runbook.id, source]).toEqual(['acme', 'built-in'])
  expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([expected])
})

test('what is no file is told, and never waited for', async () => {
  execFileSync('mkfifo', [join(stack, 'slipway.yaml')])
  expect((await bind()).problems[0]?.message).toBe('This is no file.')
})
