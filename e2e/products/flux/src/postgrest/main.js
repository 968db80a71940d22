import pg from 'pg'
import { readJson, serve } from '../common/http-server.js'
import { bearerOf, verify } from '../common/jwt.js'
import { settings } from './settings.js'
import { buildStatement } from './statements.js'

const headers = { server: 'postgrest-stand-in' }
const pool = new pg.Pool({
  connectionString: settings.databaseUrl,
  max: settings.poolSize,
  connectionTimeoutMillis: 2_000,
})
pool.on('error', () => {})

serve(settings.port, handle, () => console.error(`Listening on port ${settings.port} (a stand-in for PostgREST)`))

async function handle(request) {
  const role = roleOf(request)
  if (role === null)
    return { status: 401, headers, body: { code: 'PGRST302', message: 'Anonymous access is disabled' } }
  try {
    return { headers, ...(await answer(request, role)) }
  } catch (error) {
    // PostgreSQL's own errors have a code of five characters; without one nobody could be asked.
    const status = /^[0-9A-Z]{5}$/.test(error.code ?? '') && !error.code.startsWith('57') ? 400 : 503
    return { status, headers, body: { code: status === 503 ? 'PGRST000' : error.code, message: error.message } }
  }
}

function roleOf(request) {
  const token = bearerOf(request.headers)
  if (token === '') return settings.anonymousRole || null
  return verify(token, settings.jwtSecret)?.role ?? null
}

async function answer(request, role) {
  const table = request.path.slice(1)
  if (table === '') return { body: await describe() }
  const schema = request.headers[request.method === 'GET' ? 'accept-profile' : 'content-profile'] ?? 'public'
  const rows = request.method === 'POST' ? [await readJson(request)].flat() : []
  const statement = buildStatement(request.method, schema, table, request.query, rows)
  if (statement === null) return { status: 405, body: { message: 'Method not allowed' } }
  const result = await runAs(role, statement)
  return { status: request.method === 'POST' ? 201 : 200, body: result.rows }
}

async function describe() {
  const { rows } = await pool.query('SELECT current_database() AS title')
  return { swagger: '2.0', info: { title: rows[0].title, description: 'A stand-in for PostgREST' } }
}

async function runAs(role, statement) {
  const client = await pool.connect()
  try {
    await client.query(`BEGIN; SET LOCAL ROLE ${pg.escapeIdentifier(role)}`)
    const result = await client.query(statement)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
