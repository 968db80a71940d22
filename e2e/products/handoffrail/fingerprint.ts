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

/** The schema version as Alembic keeps it. */
export const schemaVersionQuery = 'SELECT version_num FROM alembic_version'

export async function readSchemaVersion(exec: Exec, project?: string): Promise<string> {
  return (await askPostgres(exec, databasePlace(project), schemaVersionQuery)).trim()
}
