import type { BackupOf } from '../kind.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

type Properties = Pick<
  BackupOf<'postgres'>,
  | 'owner'
  | 'encoding'
  | 'collation'
  | 'characterType'
  | 'localeProvider'
  | 'locale'
  | 'connectionLimit'
  | 'settings'
  | 'grants'
>

/** As the catalogue says it; older versions know libc only, and say nothing. */
const PROVIDERS: Readonly<Record<string, string>> = { c: 'libc', i: 'icu', b: 'builtin' }

/** Lists of names, which must not become one quoted name: the ones that pg_dump treats so too. */
const LIST_SETTINGS = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
])

/** An empty database like the one that was backed up. From template0, since template1 may hold anything. */
export function buildCreateStatements(name: string, backup: Properties): string {
  const provider = PROVIDERS[backup.localeProvider ?? '']
  const locale = backup.locale === null ? '' : quoteLiteral(backup.locale)
  const parts = [
    'TEMPLATE template0',
    `ENCODING ${quoteLiteral(backup.encoding)}`,
    `LC_COLLATE ${quoteLiteral(backup.collation)}`,
    `LC_CTYPE ${quoteLiteral(backup.characterType)}`,
    ...(provider === undefined ? [] : [`LOCALE_PROVIDER ${provider}`]),
    ...(provider === 'icu' && locale !== '' ? [`ICU_LOCALE ${locale}`] : []),
    ...(provider === 'builtin' && locale !== '' ? [`BUILTIN_LOCALE ${locale}`] : []),
    `OWNER ${quoteIdentifier(backup.owner)}`,
  ]
  return `CREATE DATABASE ${quoteIdentifier(name)} ${parts.join(' ')};`
}

/** What belongs to a database as a whole, and is therefore in no dump: settings, rights, limit. */
export function buildPropertyStatements(name: string, { settings, grants, connectionLimit }: Properties): string {
  const database = quoteIdentifier(name)
  const alter = settings.map(({ role, name: setting, value }) => {
    const subject = role === null ? `DATABASE ${database}` : `ROLE ${quoteIdentifier(role)} IN DATABASE ${database}`
    const text = LIST_SETTINGS.has(setting) && value !== '' ? value : quoteLiteral(value)
    return `ALTER ${subject} SET ${quoteIdentifier(setting)} TO ${text};`
  })
  const limit = connectionLimit === -1 ? [] : [`ALTER DATABASE ${database} CONNECTION LIMIT ${connectionLimit};`]
  return [...alter, ...limit, ...buildGrants(database, grants)].join('\n')
}

function buildGrants(database: string, grants: Properties['grants']): string[] {
  if (grants === null) return []
  const give = grants.map(({ grantee, privilege, grantable }) => {
    const to = grantee === null ? 'PUBLIC' : quoteIdentifier(grantee)
    return `GRANT ${privilege} ON DATABASE ${database} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''};`
  })
  return [`REVOKE ALL ON DATABASE ${database} FROM PUBLIC;`, ...give]
}
