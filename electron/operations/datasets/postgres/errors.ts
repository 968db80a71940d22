import { SlipwayError } from '../../../../shared/errors.ts'
import type { ExecResult, Host } from '../../../hosts/host.ts'
import type { PostgresDataset } from './session.ts'

export type Doing = 'backed up' | 'restored' | 'read'

interface Subject {
  readonly host: Host
  readonly dataset: PostgresDataset
}

/** Why a program of PostgreSQL failed, told by its own words, which are English because it is run with `LC_ALL=C`. */
const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [
    /no password supplied|(password|peer|ident) authentication failed/i,
    'the server does not let the role in',
    'Name a role in the runbook that may connect over the local socket, and compare its password with what the container was given.',
  ],
  [/role ".*" does not exist/i, 'there is no such role', 'Compare the role in the runbook with those of the server.'],
  [
    /database ".*" does not exist/i,
    'there is no such database',
    'Compare the database in the runbook with where the product keeps its data.',
  ],
  [
    /unsupported version \([\d.]+\) in file header/i,
    'it was made by a newer pg_dump than the pg_restore of this server',
    'Restore it with the version of the server that the manifest names, or a newer one.',
  ],
  [
    /terminating connection|server closed the connection|connection to server was lost/i,
    'its connection to the server was cut',
    "Look into the server's log, and try again.",
  ],
  [/permission denied for/i, 'the role may not read everything', 'Name a role in the runbook that owns the database.'],
]

export function explainFailure({ host, dataset }: Subject, doing: Doing, result: ExecResult): SlipwayError {
  const output = `${result.stdout}\n${result.stderr}`.trim()
  const what = `Database ${dataset.id} of service ${dataset.service} on ${host.label} could not be ${doing}`
  const state = doing === 'restored' ? 'The present data was not touched.' : 'Nothing was changed.'
  const details = { 'exit code': String(result.code), output: output.slice(-4000) }
  if (isToolMissing(result)) {
    return new SlipwayError('backup.tool-missing', `${what}: its image lacks a program that this needs.`, {
      state,
      hint: "The image of the database's own service must have psql, pg_dump and pg_restore.",
      details,
    })
  }
  if (/no space left on device|disk full/i.test(output)) {
    return new SlipwayError('host.disk-full', `${what}: the disk of ${host.label} is full.`, {
      state,
      hint: 'Free some space, and try again.',
      details,
    })
  }
  const known = REASONS.find(([pattern]) => pattern.test(output))
  const reason = known?.[1] ?? (lastLine(output) || `exit code ${result.code}`)
  const code = doing === 'restored' ? 'backup.restore-failed' : 'backup.failed'
  return new SlipwayError(code, `${what}: ${reason}.`, { state, hint: known?.[2] ?? 'See the output.', details })
}

/** What a shell, or the engine, ends with when a program is not there. */
function isToolMissing({ code, stderr }: ExecResult): boolean {
  return (code === 126 || code === 127) && /not found|no such file|executable file/i.test(stderr)
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => !line.startsWith('slipway\t'))
  return lines.at(-1)?.trim().replace(/\.$/, '') ?? ''
}
