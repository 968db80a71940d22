import { parseImageReference } from './image-reference.ts'

/** Images that are PostgreSQL, whatever else is in them, by the last part of their repository. */
const POSTGRES = /^(postgres|postgresql|postgis|pgvector|timescaledb|timescaledb-ha)$/

/**
 * The major version of the PostgreSQL server in an image, whose data directory no other major can read: as the image
 * says in its environment, else as its tag does. Null for an image that is no PostgreSQL, or does not say.
 */
export function postgresMajor(reference: string, environment: readonly string[]): number | null {
  const named = environment.flatMap((line) => /^PG_MAJOR=(\d+)/.exec(line)?.[1] ?? [])
  const { repository, tag } = parseImageReference(reference)
  const isPostgres = POSTGRES.test(repository.slice(repository.lastIndexOf('/') + 1))
  const tagged = isPostgres ? (/(?:^|-)pg(\d+)/.exec(tag ?? '')?.[1] ?? /^v?(\d+)/.exec(tag ?? '')?.[1]) : undefined
  const major = named.at(-1) ?? tagged
  return major === undefined ? null : Number(major)
}
