import {
  askPostgres,
  type Exec,
  readPostgresFingerprint,
  type TableFingerprints,
} from '../parts/postgres-fingerprint.ts'
import { databasePlace } from './access.ts'

/** What the stack's database holds. Nothing in it changes unless somebody asks the API to. */
export function readFingerprint(exec: Exec, project?: string): Promise<TableFingerprints> {
  return readPostgresFingerprint(exec, databasePlace(project))
}

/** Packets cannot be removed: those of smoke tests stay, as expired ones, and belong to nobody. */
const ofClients = {
  'public.packets': "metadata_json NOT LIKE '%smoke-test%'",
  'public.packet_events': "packet_id NOT IN (SELECT id FROM packets WHERE metadata_json LIKE '%smoke-test%')",
}

/** What the stack's clients have in its database. */
export function readClientsFingerprint(exec: Exec): Promise<TableFingerprints> {
  return readPostgresFingerprint(exec, databasePlace(), ofClients)
}

/** The schema version as Alembic keeps it. */
export const schemaVersionQuery = 'SELECT version_num FROM alembic_version'

export async function readSchemaVersion(exec: Exec, project?: string): Promise<string> {
  return (await askPostgres(exec, databasePlace(project), schemaVersionQuery)).trim()
}
