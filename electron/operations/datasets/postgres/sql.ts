/**
 * What is asked of a database. Answers come as `slipway<TAB>KIND<TAB>VALUE`, a line each, so that they can be told
 * from what programs say beside them. All of it works from PostgreSQL 10 on.
 */

/** Tables whose rows a dump holds: not those that extensions bring along themselves. */
const USER_TABLES = `FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`

/** One statement for each table, run by \gexec. `ONLY`: rows of a partition are counted there and not twice. */
const COUNT_ROWS = `SELECT format(
    'SELECT ''slipway'' || chr(9) || ''rows'' || chr(9) || jsonb_build_object(''table'', %L, ''rows'', count(*)) FROM ONLY %I.%I',
    format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
  ${USER_TABLES} ORDER BY n.nspname, c.relname \\gexec
SELECT 'slipway' || chr(9) || 'large-objects' || chr(9) || count(*) FROM pg_largeobject_metadata;`

/** What else belongs to a database, and is in no dump of it. Columns that not every version has are asked through JSON. */
const FACTS = `SELECT 'slipway' || chr(9) || 'facts' || chr(9) || jsonb_build_object(
    'serverVersion', current_setting('server_version'),
    'owner', pg_get_userbyid(d.datdba),
    'encoding', pg_encoding_to_char(d.encoding),
    'collation', to_jsonb(d) ->> 'datcollate',
    'characterType', to_jsonb(d) ->> 'datctype',
    'localeProvider', to_jsonb(d) ->> 'datlocprovider',
    'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
    'connectionLimit', d.datconnlimit,
    'extensions', (SELECT coalesce(jsonb_object_agg(extname, extversion), '{}') FROM pg_extension),
    'settings', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'role', CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END,
        'name', split_part(setting, '=', 1),
        'value', substr(setting, strpos(setting, '=') + 1))), '[]')
      FROM pg_db_role_setting AS s, unnest(s.setconfig) AS setting WHERE s.setdatabase = d.oid),
    'grants', (SELECT jsonb_agg(jsonb_build_object(
        'grantee', CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
        'privilege', a.privilege_type,
        'grantable', a.is_grantable)) FROM aclexplode(d.datacl) AS a))
  FROM pg_database AS d WHERE d.datname = current_database();`

/** Rows that a policy hides would be missing: better no answer than a wrong one. */
const READ = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL row_security = off;`

/**
 * Counts everything in the snapshot that is dumped. `statement` asks for the schema version; it may fail, as its
 * table may not be there yet. Variables: `snapshot`, `statement`.
 */
export const COUNT_IN_SNAPSHOT = `${READ}
SET LOCAL statement_timeout = 0;
SET TRANSACTION SNAPSHOT :'snapshot';
${FACTS}
${COUNT_ROWS}
\\set ON_ERROR_STOP 0
\\o | sed -e "s/^/slipway	schema	/"
:statement
\\o
`

/** Rows of every table now. Variable: `limit`, how long one table may take, such as `5s`; 0: as long as it takes. */
export const COUNT_NOW = `${READ}
SET LOCAL statement_timeout = :'limit';
${COUNT_ROWS}
COMMIT;`

/** What the server's statistics believe, where counting takes too long. */
export const ESTIMATE_ROWS = `SELECT 'slipway' || chr(9) || 'rows' || chr(9)
    || jsonb_build_object('table', format('%I.%I', n.nspname, c.relname), 'rows', greatest(c.reltuples, 0)::bigint)
  ${USER_TABLES} ORDER BY n.nspname, c.relname;`

/** Bytes of all tables without their indexes, which no dump holds, and how many there are. */
export const MEASURE = `SELECT 'slipway' || chr(9) || 'size' || chr(9) || coalesce(sum(pg_table_size(c.oid)), 0) ${USER_TABLES};
SELECT 'slipway' || chr(9) || 'tables' || chr(9) || count(*) ${USER_TABLES};`

/**
 * Holds a snapshot open while `$SLIPWAY_WORK` dumps and counts in it, both at once. Standard output is the dump and
 * nothing else.
 */
export const HOLD_SNAPSHOT = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT pg_export_snapshot() AS snapshot \\gset
\\setenv SLIPWAY_SNAPSHOT :snapshot
\\! sh -c "$SLIPWAY_WORK" </dev/null
COMMIT;`

/** Ends sessions in a database, whoever they belong to. Variable: `database`. */
export const END_SESSIONS = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE datname = :'database' AND pid <> pg_backend_pid();`

/** Ends what an operation left running. Variable: `session`. */
export const END_OWN_SESSIONS = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE application_name = :'session' AND pid <> pg_backend_pid();`

/** An identifier as SQL writes it. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A string as SQL writes it, with `standard_conforming_strings` on, as it is since version 9.1. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
