import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Dataset, DatasetOf } from '../../shared/runbook/data-schema.ts'
import { parseSetting } from '../../shared/runbook/setting.ts'
import type { AskData, DataAnswer } from '../health/data-question.ts'
import type { HostSession, Stack } from '../stacks/stack.ts'
import { kindOf } from './datasets/kinds.ts'
import { psqlArgv, withPassword } from './datasets/postgres/session.ts'
import { QUESTION } from './datasets/throwaway-container.ts'
import { type DockerCli, findDockerCli } from './docker-cli.ts'

/** The docker command of a host while its connection lasts: what was found with it is remembered by it. */
const commands = new WeakMap<HostSession, { readonly since: string; readonly cli: Promise<DockerCli> }>()
/** psql has the statement's own limit; the command around it has a little more. */
const GRACE_MS = 2_000

/** Asks a data set's database one statement, read-only, where the data is. */
export const askData: AskData = async (stack, { dataset: id, sql, timeoutMs, signal }) => {
  const dataset = stack.runbook.backup?.datasets.find((candidate) => candidate.id === id)
  if (dataset === undefined) {
    throw new SlipwayError('input.invalid', `There is no data set ${id} in ${stack.ref.project}.`, {
      hint: 'Name one of the runbook.',
    })
  }
  if (dataset.kind === 'postgres') return askPostgres(stack, dataset, sql, timeoutMs, signal)
  return askKind(stack, dataset, sql, timeoutMs, signal)
}

async function askKind(
  stack: Stack,
  dataset: Dataset,
  sql: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<DataAnswer> {
  const { host } = stack.session
  const cli = await findCli(stack.session, signal)
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const job = { host, cli, stack, dataset, operationId: QUESTION, signal: AbortSignal.any([signal, deadline]) }
    return { kind: 'value', value: await kindOf(dataset).query(job, sql) }
  } catch (error) {
    signal.throwIfAborted()
    if (deadline.aborted) {
      throw new SlipwayError('host.timeout', `${dataset.id} gave no answer within ${timeoutMs / 1000} s.`, {
        hint: 'Look what its database is doing.',
        retryable: true,
      })
    }
    if (isRefusal(error)) return { kind: 'refused', reason: error.message }
    throw error
  }
}

/** Not where nobody could ask, or the question itself was killed, as a restore does: that says nothing of the data. */
function isRefusal(error: unknown): error is SlipwayError {
  if (!isSlipwayError(error) || !error.code.startsWith('backup.') || error.code === 'backup.tool-missing') return false
  return error.details?.['exit code'] !== '137'
}

async function askPostgres(
  stack: Stack,
  dataset: DatasetOf<'postgres'>,
  sql: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<DataAnswer> {
  const container = stack.containers[dataset.service]?.find(({ state }) => state === 'running')
  if (container === undefined) return { kind: 'refused', reason: `${dataset.service} does not run.` }
  const cli = await findCli(stack.session, signal)
  const result = await cli.run(buildPostgresQuestion(stack, dataset, container.id, sql, timeoutMs), {
    signal,
    timeoutMs: timeoutMs + GRACE_MS,
    okCodes: 'any',
  })
  if (result.code === 0) return { kind: 'value', value: firstValue(result.stdout) }
  const words = result.stderr.trim().split('\n')[0] ?? ''
  return { kind: 'refused', reason: `PostgreSQL says: ${words.replace(/^psql: (error: )?/, '')}` }
}

/** Arguments of `docker` that ask a database one statement, read-only, with a limit or without. */
export function buildPostgresQuestion(
  stack: Stack,
  dataset: DatasetOf<'postgres'>,
  container: string,
  sql: string,
  timeoutMs: number | null,
): string[] {
  const limit = timeoutMs === null ? '' : ` -c statement_timeout=${timeoutMs}`
  const options = `PGOPTIONS=-c default_transaction_read_only=on${limit}`
  // No terminal: it would put carriage returns into the answer.
  const argv = ['exec', '--env', options, '--env', 'PGCONNECT_TIMEOUT=5', container]
  const whom = ['--username', fill(stack, dataset, dataset.user), '--dbname', fill(stack, dataset, dataset.database)]
  return [...argv, ...withPassword([...psqlArgv(), ...whom, '--command', sql])]
}

/** Of the first row, the first column. An empty text is a value; no row is none. */
function firstValue(stdout: string): string | null {
  if (stdout === '') return null
  return stdout.split('\n')[0]?.split('|')[0] ?? null
}

function fill(stack: Stack, { service }: DatasetOf<'postgres'>, text: string): string {
  const reference = parseSetting(text)
  if (reference === null) return text
  const { variable, fallback } = reference
  return stack.model.services[reference.service ?? service]?.environment[variable] || (fallback ?? '')
}

function findCli(session: HostSession, signal: AbortSignal): Promise<DockerCli> {
  const since = session.host.status.kind === 'connected' ? session.host.status.since : ''
  const known = commands.get(session)
  if (known?.since === since) return known.cli
  const cli = findDockerCli(session, signal)
  commands.set(session, { since, cli })
  cli.catch(() => commands.delete(session))
  return cli
}
