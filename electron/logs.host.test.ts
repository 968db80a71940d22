import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { type LogFilter, type LogRow, type LogViewState, logFilterSchema } from '../shared/contract/logs.ts'
import type { StackRef } from '../shared/contract/stacks.ts'
import { MASK } from '../shared/operations/mask.ts'
import type { App } from './app.ts'
import { connectSampleHost, type SampleClient, startSampleApp } from './sample-app.ts'

const SECRET = 'hunter2hunter2'
const OLD_LINES = 3_000
const TAIL = 100
const WAIT_MS = 60_000

/** Services that say what is written into a file of theirs. */
const COMPOSE = `
name: talk
services:
  api:
    image: localhost:5000/library/alpine:3
    stop_grace_period: 0s
    environment: ["SESSION_SECRET=${SECRET}"]
    volumes: ["/srv/talk:/talk"]
    command: tail -n +1 -f /talk/api
  db:
    image: localhost:5000/library/alpine:3
    stop_grace_period: 0s
    volumes: ["/srv/talk:/talk"]
    command: tail -n +1 -f /talk/db
`

const dataFolder = mkdtempSync(join(tmpdir(), 'logs-'))
let sample: SampleHost
let app: App
let client: SampleClient
let ref: StackRef

beforeAll(async () => {
  sample = await startSampleHost()
  await sample.exec(['mkdir', '-p', '/srv/talk'])
  await sample.exec(['sh', '-c', 'cat > /srv/talk/compose.yaml'], { input: COMPOSE })
  await sample.exec(
    `for i in $(seq ${OLD_LINES}); do echo '{"level":30,"msg":"old '$i'","n":'$i'}'; done > /srv/talk/api`,
  )
  await sample.exec('echo LOG: ready > /srv/talk/db')
  await sample.exec('docker compose -f /srv/talk/compose.yaml up -d')
  ;({ app, client } = await startSampleApp(dataFolder))
  ref = { ...(await connectSampleHost(client, sample)), project: 'talk' }
})

afterAll(async () => {
  await app?.dispose()
  await sample?.dispose()
  rmSync(dataFolder, { recursive: true, force: true })
})

const say = (service: string, lines: readonly string[]) =>
  sample.exec(['sh', '-c', `cat >> /srv/talk/${service}`], { input: lines.map((line) => `${line}\n`).join('') })

/** A view that is read in the background until it is closed. */
class Watched implements AsyncDisposable {
  readonly viewId = randomUUID()
  readonly #end = new AbortController()
  readonly #reading: Promise<void>
  #last: LogViewState | null = null

  constructor(filter: Partial<LogFilter> = {}, tail = TAIL) {
    const input = { ...ref, viewId: this.viewId, filter: logFilterSchema.parse(filter), tail }
    this.#reading = (async () => {
      for await (const state of await client.log.watch(input, { signal: this.#end.signal })) this.#last = state
    })()
    this.#reading.catch(() => {})
  }

  get last(): LogViewState {
    if (this.#last === null) throw new Error('Nothing came yet.')
    return this.#last
  }

  async until(fits: (state: LogViewState) => boolean): Promise<LogViewState> {
    await expect
      .poll(() => this.#last !== null && fits(this.#last), {
        timeout: WAIT_MS,
        message: 'waited for a state of the view',
      })
      .toBe(true)
      .catch(async (error: unknown) => {
        const rows = await this.rows().catch(() => [])
        throw new Error(`Last seen: ${JSON.stringify([this.#last, rows.slice(-5)])}`, { cause: error })
      })
    return this.last
  }

  async rows(): Promise<LogRow[]> {
    const { viewId } = this
    const { revision, firstPlace, count } = this.last
    const rows: LogRow[] = []
    for (let from = firstPlace; from < firstPlace + count; from += 500) {
      rows.push(...(await client.log.rows({ viewId, revision, from, count: 500 })).rows)
    }
    return rows
  }

  async lines(): Promise<string[]> {
    return (await this.rows()).filter(({ kind }) => kind === 'line').map(({ message }) => message)
  }

  async [Symbol.asyncDispose]() {
    this.#end.abort()
    await this.#reading.catch(() => {})
  }
}

test('all services are followed merged, a filter and a search go on from there', async () => {
  await using view = new Watched()
  await view.until(({ heldLines }) => heldLines >= TAIL + 1)
  const newest = async (amount: number) => (await view.lines()).slice(-amount)
  await say('db', ['LOG: first', 'FATAL: gone'])
  // Each service tells what it is given at its own pace.
  await expect.poll(() => newest(2), { timeout: WAIT_MS }).toEqual(['LOG: first', 'gone'])
  await say('api', ['{"level":50,"msg":"failed","req":{"id":"r-1"}}'])
  await expect.poll(() => newest(3), { timeout: WAIT_MS }).toEqual(['LOG: first', 'gone', 'failed'])
  const rows = await view.rows()
  expect(rows.map(({ time }) => time)).toEqual(rows.map(({ time }) => time).toSorted())
  expect(view.last.services).toMatchObject([
    { service: 'api', state: 'following', error: null },
    { service: 'db', state: 'following', error: null },
  ])
  await view.until(({ histogram }) => histogram?.buckets.at(-1)?.counts.error === 1)

  const { viewId } = view
  const filter = logFilterSchema.parse({ text: 'OLD 17' })
  const { revision } = await client.log.setFilter({ viewId, filter })
  await view.until((state) => state.revision === revision && !state.filtering)
  expect(await view.lines()).toEqual([])
  await client.log.search({ viewId })
  const searched = await view.until(({ search }) => search !== null && search.state !== 'running')
  expect(searched.search).toMatchObject({ state: 'exhausted', foundLines: 111, error: null })
  expect(searched.search?.readLines).toBeGreaterThanOrEqual(OLD_LINES - TAIL)
  const found = await view.lines()
  expect(found).toHaveLength(111)
  expect([found[0], found[1], found.at(-1)]).toEqual(['old 17', 'old 170', 'old 1799'])
})

test('no secret leaves, in rows, details or exports', async () => {
  await using view = new Watched({ text: 'signed' })
  const { viewId } = view
  await say('api', [`{"level":30,"msg":"signed with ${SECRET}"}`])
  await view.until(({ count }) => count === 1)
  const [row] = await view.rows()
  expect(row?.message).toBe(`signed with ${MASK}`)
  const detail = await client.log.line({ viewId, id: row?.id ?? 0 })
  const exports: Record<string, string> = {}
  for (const format of ['ndjson', 'text'] as const) {
    for await (const { text } of await client.log.export({ viewId, format })) exports[format] = text
  }
  expect(JSON.stringify([row, detail, exports])).not.toContain(SECRET)
  expect(JSON.parse(exports.ndjson ?? '')).toMatchObject({ service: 'api', message: `signed with ${MASK}` })
  expect(exports.text).toMatch(/^\S+Z api \| \{"level":30,"msg":"signed with /)
})

test('a filter is kept by its name, and an expression that is none is refused', async () => {
  await using view = new Watched()
  await view.until(() => true)
  const savedFilter = { id: 'f1', name: 'Failures', filter: logFilterSchema.parse({ levels: ['error'] }) }
  await client.log.saveFilter({ ...ref, savedFilter })
  await client.log.saveFilter({ ...ref, savedFilter: { ...savedFilter, name: 'Errors' } })
  expect(await client.log.savedFilters(ref)).toEqual([{ ...savedFilter, name: 'Errors' }])
  await client.log.removeFilter({ ...ref, id: 'f1' })
  expect(await client.log.savedFilters(ref)).toEqual([])
  const filter = logFilterSchema.parse({ text: '(', regularExpression: true })
  await expect(client.log.setFilter({ viewId: view.viewId, filter })).rejects.toMatchObject({
    data: { code: 'input.invalid' },
  })
})

test('a watch rule that is met while nobody looks is told, masked, and kept', async () => {
  const rule = {
    id: 'r1',
    name: 'It gives up',
    filter: logFilterSchema.parse({ levels: ['fatal'] }),
    moreThan: 1,
    withinSeconds: 60,
    enabled: true,
  }
  const broken = { ...rule, id: 'r2', filter: logFilterSchema.parse({ text: '(', regularExpression: true }) }
  await expect(client.log.saveRule({ ...ref, rule: broken })).rejects.toMatchObject({ data: { code: 'input.invalid' } })
  await client.log.saveRule({ ...ref, rule })
  expect(await client.log.watchRules(ref)).toEqual([rule])
  const ruleNotices = async () => (await client.notice.list({ ref })).filter(({ kind }) => kind === 'watch-rule')
  const raised = async () => {
    // It is watched some moments after it was saved.
    await say('api', [`{"level":60,"msg":"gone with ${SECRET}"}`])
    return ruleNotices()
  }
  await expect.poll(async () => (await raised()).length, { timeout: WAIT_MS, interval: 500 }).toBeGreaterThan(0)
  const [notice] = await ruleNotices()
  expect(notice).toMatchObject({
    kind: 'watch-rule',
    title: 'talk: It gives up',
    body: `More than 1 line in 60 seconds. Last: api: gone with ${MASK}`,
  })
  await client.log.removeRule({ ...ref, id: 'r1' })
  expect(await client.log.watchRules(ref)).toEqual([])
})

test('a closed view answers no question, and leaves nothing open', async () => {
  const viewId = randomUUID()
  await expect(client.log.search({ viewId })).rejects.toMatchObject({ data: { code: 'log.view-closed' } })
  const view = new Watched()
  await view.until(({ heldLines }) => heldLines > 0)
  await view[Symbol.asyncDispose]()
  const workers = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
  await expect.poll(workers, { timeout: WAIT_MS }).toBeLessThanOrEqual(1)
})
