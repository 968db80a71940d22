import { type ApiKeys, databasePath, type Exec, type Request, type Send } from './access.ts'

/** How much is put in; the defaults stay below the product's 100 requests a minute, and leave room for smoke tests. */
export type SeedRows = {
  /** Groups of errors; every fourth is reported four times, one more often than the newer schema keeps. */
  readonly errors?: number
  /** Points of metrics, sent in batches of 500. */
  readonly metrics?: number
  readonly dsnKeys?: number
}

/** What a seed made that cannot be guessed. */
export type Seeded = { readonly dsnKeys: readonly string[] }

const batchSize = 500

/** Fills the stack through its own API, as its clients would: errors, occurrences, metrics, keys and a source map. */
export async function seedMonlight(send: Send, apiKeys: ApiKeys, rows: SeedRows = {}): Promise<Seeded> {
  const { errors = 12, metrics = 120, dsnKeys = 2 } = rows
  const ask = createExpectingSend(send, apiKeys)
  for (let index = 0; index < errors; index += 1) {
    for (let time = 0; time <= index % 4; time += 1) await ask(buildErrorReport(index, time), time === 0 ? 201 : 200)
  }
  for (let start = 0; start < metrics; start += batchSize) {
    await ask(buildMetrics(start, Math.min(metrics, start + batchSize)), 202)
  }
  const keys: string[] = []
  for (let index = 0; index < dsnKeys; index += 1) {
    const body = await ask({ service: 'browser-relay', path: '/api/dsn-keys', body: { project: `web-${index}` } }, 201)
    keys.push((JSON.parse(body) as { public_key: string }).public_key)
  }
  await ask(sourceMap, 201)
  return { dsnKeys: keys }
}

/**
 * Adds many groups of errors straight to the database (the service may run), for backups and copies of some size:
 * a thousand with the default length are about 2 MB.
 */
export async function fillErrors(exec: Exec, count: number, tracebackLength = 2000): Promise<void> {
  const sql = `INSERT INTO errors (fingerprint, project, exception_type, message, traceback)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.round(count)})
    SELECT lower(hex(randomblob(16))), 'bulk', 'BulkError', 'bulk error ' || i,
      substr(hex(randomblob(${Math.ceil(tracebackLength / 2)})), 1, ${Math.round(tracebackLength)}) FROM n`
  await exec(['sqlite3', '-cmd', '.timeout 10000', databasePath('error-tracker'), sql])
}

/** Adds the service's key, and throws when the status is not the expected one. Resolves with the body. */
function createExpectingSend(send: Send, apiKeys: ApiKeys) {
  return async (request: Request, expected: number): Promise<string> => {
    const headers = { 'X-API-Key': apiKeys[request.service], ...request.headers }
    const answer = await send({ ...request, headers })
    if (answer.status === expected) return answer.body
    throw new Error(`${request.service} ${request.path}: ${answer.status} instead of ${expected}: ${answer.body}`)
  }
}

function buildErrorReport(index: number, time: number): Request {
  const body = {
    project: index % 3 === 0 ? 'shop' : 'billing',
    environment: index % 2 === 0 ? 'prod' : 'staging',
    exception_type: ['ValueError', 'KeyError', 'TimeoutError'][index % 3],
    message: `Seeded error ${index}: käse – 50 %`,
    traceback: `Traceback (most recent call last):\n  File "/app/seed.py", line ${100 + index}, in handle\n    fail()`,
    request_url: `/orders/${index}?attempt=${time}`,
    request_method: 'POST',
    request_headers: { Accept: 'application/json' },
    user_id: `user-${index}`,
    extra: { attempt: time },
  }
  return { service: 'error-tracker', path: '/api/errors', body }
}

function buildMetrics(start: number, end: number): Request {
  const body = Array.from({ length: end - start }, (_, offset) => ({
    name: ['http_requests_total', 'http_request_seconds', 'queue_depth'][offset % 3],
    type: ['counter', 'histogram', 'gauge'][offset % 3],
    value: ((start + offset) % 97) / 8,
    labels: { project: 'shop', route: `/orders/${(start + offset) % 5}` },
  }))
  return { service: 'metrics-collector', path: '/api/metrics', body }
}

const sourceMap: Request = {
  service: 'browser-relay',
  path: '/api/source-maps',
  body: {
    project: 'web-0',
    release: '1.2.3',
    file_url: '/assets/app.min.js',
    map_content: '{"version":3,"sources":["app.ts"],"mappings":"AAAA"}',
  },
}
