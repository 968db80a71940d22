import { createServer } from 'node:http'
import pg from 'pg'
import { log } from './log.js'
import { migrate } from './schema.js'

const version = process.env.ACME_VERSION ?? '0.0.0'
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 1_000, max: 2 })
pool.on('error', () => undefined)

if (process.env.ACME_MIGRATE === 'boot') {
  try {
    await migrate()
  } catch (error) {
    log('error', String(error.message))
    process.exit(3)
  }
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function health(response) {
  try {
    await pool.query('SELECT 1')
    answer(response, 200, { status: 'healthy', version })
  } catch {
    answer(response, 503, { status: 'unhealthy', version })
  }
}

async function addNote(request, response) {
  let body = ''
  for await (const chunk of request) body += chunk
  const { rows } = await pool.query('INSERT INTO note (text) VALUES ($1) RETURNING id', [JSON.parse(body).text])
  answer(response, 201, { id: rows[0].id })
}

async function route(request, response) {
  const { pathname } = new URL(request.url, 'http://any')
  const note = /^\/notes\/(\d+)$/.exec(pathname)?.[1]
  if (pathname === '/health') return health(response)
  if (pathname === '/notes' && request.method === 'POST') return addNote(request, response)
  if (note !== undefined && request.method === 'DELETE') {
    await pool.query('DELETE FROM note WHERE id = $1', [note])
    return answer(response, 200, {})
  }
  if (note !== undefined) {
    const { rows } = await pool.query('SELECT text FROM note WHERE id = $1', [note])
    return answer(response, rows.length === 0 ? 404 : 200, rows[0] ?? {})
  }
  answer(response, 404, {})
}

const server = createServer((request, response) => {
  route(request, response).catch((error) => {
    log('error', 'request failed', { error: error.message })
    answer(response, 500, { error: 'internal' })
  })
})
server.listen(3000, () => log('info', 'listening', { version }))
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
