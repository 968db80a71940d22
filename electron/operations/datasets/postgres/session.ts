import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { Container } from '../../../docker/engine.ts'
import type { ExecResult } from '../../../hosts/host.ts'
import type { Stack } from '../../../stacks/stack.ts'
import type { DatasetJob } from '../kind.ts'
import { requireContainer } from '../place.ts'
import { resolveSetting } from '../resolve-setting.ts'
import { type Doing, explainFailure } from './errors.ts'

export type PostgresDataset = DatasetOf<'postgres'>
export type PostgresJob = DatasetJob<PostgresDataset>

/** A server that does not answer at all within this time will not. */
const QUERY_TIMEOUT_MS = 60_000
/** Every server has one of them, unless somebody has dropped it. */
const MAINTENANCE_DATABASES = ['postgres', 'template1'] as const

/**
 * The tools are asked for no password: over the local socket there is none, or it is the one that the container was
 * given itself. `$@` is a program of the server's own image, so that its version fits.
 */
const WITH_PASSWORD = 'PGPASSWORD=$POSTGRES_PASSWORD; export PGPASSWORD; exec "$@"'

export function withPassword(program: readonly string[]): string[] {
  return ['sh', '-c', WITH_PASSWORD, 'sh', ...program]
}

const PSQL = ['psql', '--no-psqlrc', '--no-password', '--quiet', '--tuples-only', '--no-align']

export function databaseOf({ stack, dataset }: { readonly stack: Stack; readonly dataset: PostgresDataset }): string {
  return resolveSetting(stack, dataset.service, dataset.database)
}

export function userOf({ stack, dataset }: { readonly stack: Stack; readonly dataset: PostgresDataset }): string {
  return resolveSetting(stack, dataset.service, dataset.user)
}

/** The server's container, which must run: a database is asked, not read. */
export function requireServer({ stack, dataset, host }: PostgresJob): Container {
  const container = requireContainer(stack, dataset.service)
  if (container.state === 'running') return container
  throw new SlipwayError(
    'backup.failed',
    `The database server ${dataset.service} on ${host.label} does not run (${container.state}).`,
    { state: 'Nothing was changed.', hint: `Start it first: docker compose up -d ${dataset.service}` },
  )
}

/** Sessions of an operation carry its name, so that what a killed app left can be found and ended. */
export function sessionName(operationId: string): string {
  return `slipway-${operationId}`
}

/** Arguments of `docker`, for a program of the server's image that works on `database`. Never with a terminal: it would change bytes. */
export function execArgv(
  job: PostgresJob,
  program: readonly string[],
  { database = databaseOf(job), env = {} }: { readonly database?: string; readonly env?: Record<string, string> } = {},
): string[] {
  const variables = {
    PGUSER: userOf(job),
    PGDATABASE: database,
    PGAPPNAME: sessionName(job.operationId),
    PGCONNECT_TIMEOUT: '20',
    LC_ALL: 'C',
    ...env,
  }
  const flags = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const container = requireServer(job).id
  return ['exec', '--interactive', ...flags, container, ...withPassword(program)]
}

export function psqlArgv(variables: Readonly<Record<string, string>> = {}): string[] {
  const settings = Object.entries({ ON_ERROR_STOP: '1', ...variables }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ])
  return [...PSQL, ...settings]
}

export interface Question {
  /** What the database is asked; `:'name'` and `:"name"` are quoted by psql. */
  readonly sql: string
  readonly variables?: Readonly<Record<string, string>>
  readonly database?: string
  readonly env?: Record<string, string>
  readonly timeoutMs?: number
  /** For the error: `could not be …`. */
  readonly doing?: Doing
}

/** Lines that the statements yield. */
export async function ask(job: PostgresJob, question: Question): Promise<string[]> {
  const result = await tryAsking(job, question)
  if (result.code !== 0) throw explainFailure(job, question.doing ?? 'read', result)
  return result.stdout.split('\n').filter((line) => line !== '')
}

export function tryAsking(job: PostgresJob, question: Question): Promise<ExecResult> {
  const { sql, variables, timeoutMs = QUERY_TIMEOUT_MS, database, env } = question
  const options = { ...(database === undefined ? {} : { database }), ...(env === undefined ? {} : { env }) }
  return job.cli.run(execArgv(job, [...psqlArgv(variables), '--file', '-'], options), {
    input: `${sql}\n`,
    signal: job.signal,
    timeoutMs,
    okCodes: 'any',
  })
}

/** Asks from outside of the database: what is done to it as a whole cannot be done from within. */
export async function askServer(job: PostgresJob, question: Omit<Question, 'database'>): Promise<string[]> {
  // A product may keep its data in the database that every server has.
  const outside = MAINTENANCE_DATABASES.filter((name) => name !== databaseOf(job))
  for (const database of outside) {
    const result = await tryAsking(job, { ...question, database })
    if (result.code === 0) return result.stdout.split('\n').filter((line) => line !== '')
    const gone = result.code === 2 && result.stderr.includes(`database "${database}" does not exist`)
    if (!gone || database === outside.at(-1)) throw explainFailure(job, question.doing ?? 'read', result)
  }
  return []
}
