import { createHash } from 'node:crypto'
import type { SampleHost } from './host/sample-host.ts'
import { ProductTruth } from './product-truth.ts'
import { type ApiKeys, createExecSend, databasePath, parseApiKeys, type Request } from './products/monlight/access.ts'
import { clientsRows, type Fingerprint, readFingerprint } from './products/monlight/fingerprint.ts'
import { seedMonlight } from './products/monlight/seed.ts'
import type { Service } from './products/monlight/versions.ts'

/** What clients put in, in columns that every version has; what smoke tests leave behind is left out. */
const CONTENTS: readonly (readonly [service: Service, sql: string])[] = [
  [
    'error-tracker',
    `SELECT id, fingerprint, project, exception_type, message, traceback, count, first_seen, last_seen, resolved
     FROM errors WHERE ${clientsRows['error-tracker.errors']} ORDER BY id`,
  ],
  [
    'error-tracker',
    // Newer versions keep the newest three of each error.
    `SELECT * FROM error_occurrences o WHERE ${clientsRows['error-tracker.error_occurrences']} AND 3 > (SELECT count(*) FROM error_occurrences n WHERE n.error_id = o.error_id AND n.id > o.id) ORDER BY id`,
  ],
  [
    'metrics-collector',
    `SELECT id, timestamp, name, labels, value, type FROM metrics_raw
     WHERE ${clientsRows['metrics-collector.metrics_raw']} ORDER BY id`,
  ],
  [
    'browser-relay',
    `SELECT id, public_key, project, created_at, active FROM dsn_keys
     WHERE ${clientsRows['browser-relay.dsn_keys']} ORDER BY id`,
  ],
  ['browser-relay', 'SELECT * FROM source_maps ORDER BY id'],
]

/** The truth about a Monlight stack, asked on the host itself and past Slipway. */
export class StackTruth extends ProductTruth {
  /** Lines that the log viewer had read by then are data to be kept; it reads on for as long as it runs. */
  #lastLogLine = 0

  constructor(sample: SampleHost) {
    super(sample, 'monlight')
  }

  async seed(): Promise<void> {
    await seedMonlight(createExecSend(this.exec), await this.#readKeys(), {})
    this.#lastLogLine = Number(await this.sql('log-viewer', 'SELECT max(id) FROM log_entries'))
  }

  /** All four databases, every column of every row that clients put in. */
  async fingerprint(): Promise<Fingerprint & { readonly logs: string }> {
    return { ...(await readFingerprint(this.exec, this.project, clientsRows)), logs: await this.#logs() }
  }

  async contents(): Promise<unknown> {
    const parts: string[] = []
    for (const [service, sql] of CONTENTS) parts.push(hash(await this.sql(service, sql)))
    return [...parts, await this.#logs()]
  }

  /** An error, a metric and a line, and one error and one metric the whole way from a browser. */
  async expectWorking(): Promise<void> {
    const unique = `Truth${Date.now()}`
    const error = {
      project: 'truth',
      exception_type: unique,
      message: unique,
      traceback: `File "${unique}.py", line 1`,
    }
    await this.#expect(201, { service: 'error-tracker', path: '/api/errors', body: error })
    await this.#expect(200, { service: 'error-tracker', path: '/api/errors', body: error })
    const metric = { name: unique, type: 'counter', value: 1 }
    await this.#expect(202, { service: 'metrics-collector', path: '/api/metrics', body: [metric] })
    const names = await this.#expect(200, { service: 'metrics-collector', path: '/api/metrics/names' })
    if (!names.includes(unique)) throw new Error(`The metric ${unique} is not listed: ${names}`)
    await this.#expect(200, { service: 'log-viewer', path: '/api/logs?limit=1' })
    const made = await this.#expect(201, {
      service: 'browser-relay',
      path: '/api/dsn-keys',
      body: { project: 'truth' },
    })
    const { id, public_key: key } = JSON.parse(made) as { id: number; public_key: string }
    const browser = { service: 'browser-relay', headers: { 'X-Monlight-Key': key } } as const
    const report = { type: `${unique}Browser`, message: unique, stack: `at f (${unique}.js:1:2)` }
    await this.#expect(201, { ...browser, path: '/api/browser/errors', body: report })
    const listed = await this.#expect(200, { service: 'error-tracker', path: '/api/errors?project=truth' })
    if (!listed.includes(report.type)) throw new Error(`The browser's error is not listed: ${listed}`)
    await this.#expect(202, { ...browser, path: '/api/browser/metrics', body: { metrics: [metric] } })
    await this.#expect(200, { service: 'browser-relay', path: `/api/dsn-keys/${id}`, method: 'DELETE' })
  }

  /** Every error of the product's own clients, as rows of text; smoke tests of Slipway's are left out. */
  async errorRows(): Promise<string[]> {
    const sql =
      "SELECT id, fingerprint, project, message, count FROM errors WHERE project IN ('shop', 'billing') ORDER BY id"
    return (await this.sql('error-tracker', sql)).split('\n')
  }

  /** Whether reporting a new error, which no fingerprint knows yet, works: what a broken rollback fails at. */
  async acceptsNewErrors(): Promise<number> {
    const unique = `Truth${Date.now()}`
    const body = { project: 'truth', exception_type: unique, message: unique, traceback: `File "${unique}.py", line 1` }
    return (await this.#ask({ service: 'error-tracker', path: '/api/errors', body })).status
  }

  /** What the host's sqlite3 prints for a statement on a service's database. */
  async sql(service: Service, sql: string): Promise<string> {
    const argv = ['sqlite3', '-batch', '-cmd', '.timeout 10000', databasePath(service), sql]
    return (await this.exec(argv)).stdout.trim()
  }

  async #logs(): Promise<string> {
    const columns = 'id, timestamp, container, stream, level, message'
    const sql = `SELECT ${columns} FROM log_entries WHERE id <= ${this.#lastLogLine} ORDER BY id`
    return `${this.#lastLogLine} ${hash(await this.sql('log-viewer', sql))}`
  }

  async #readKeys(): Promise<ApiKeys> {
    return parseApiKeys(await this.file('.env'))
  }

  async #ask(request: Request) {
    const keys = await this.#readKeys()
    return createExecSend(this.exec)({
      ...request,
      headers: { 'X-API-Key': keys[request.service], ...request.headers },
    })
  }

  async #expect(expected: number, request: Request): Promise<string> {
    const { status, body } = await this.#ask(request)
    if (status !== expected) throw new Error(`${request.path}: ${status} instead of ${expected}: ${body}`)
    return body
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
