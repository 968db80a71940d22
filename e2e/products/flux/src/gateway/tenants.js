import pg from 'pg'
import { build, projectSecret } from '../common/build.js'
import { settings } from './settings.js'

const rememberMs = 2_000
const pool = new pg.Pool({ connectionString: settings.systemDatabaseUrl, max: 4, connectionTimeoutMillis: 2_000 })
pool.on('error', () => {})
const remembered = new Map()

/** The slug and hash in a host name below the base domain: `api--<slug>--<hash>` or `api.<slug>.<hash>`; else null. */
export function parseHost(host) {
  const [name = ''] = host.toLowerCase().split(':')
  // What goes wrong in the version without routes: it compares with a domain of another spelling.
  const domain = build.mistake === 'ROUTES' ? settings.baseDomain.toUpperCase() : settings.baseDomain
  if (!name.endsWith(`.${domain}`)) return null
  const label = name.slice(0, -domain.length - 1)
  const match =
    /^api--(?<slug>.+)--(?<hash>[0-9a-f]{7})$/.exec(label) ?? /^api\.(?<slug>[^.]+)\.(?<hash>[0-9a-f]{7})$/.exec(label)
  return match?.groups ?? null
}

/** The tenant behind a Host header, and where it was found; null if there is none. */
export async function resolveTenant(host) {
  const parsed = parseHost(host)
  if (parsed === null) return null
  const key = `${parsed.slug} ${parsed.hash}`
  const known = remembered.get(key)
  if (known && known.until > Date.now()) return { ...known.tenant, cache: 'memory' }
  const sql = `SELECT p.id, p.mode, ${projectSecret.column} AS "jwtSecret" FROM projects p ${projectSecret.join}
    WHERE p.slug = $1 AND p.hash = $2`
  const [tenant] = (await pool.query(sql, [parsed.slug, parsed.hash])).rows
  if (tenant === undefined) return null
  remembered.set(key, { tenant, until: Date.now() + rememberMs })
  return { ...tenant, cache: 'db' }
}

export async function pingDatabase() {
  try {
    await pool.query('SELECT 1')
    return true
  } catch {
    return false
  }
}
