import { SlipwayError } from '../../../../shared/errors.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { ExecResult, Host } from '../../../hosts/host.ts'
import type { Doing } from '../container-script.ts'

interface Subject {
  readonly host: Host
  readonly dataset: DatasetOf<'redis'>
}

/** Why the server or a program of its image failed, told by its own words. */
const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [
    /NOAUTH|WRONGPASS/,
    'the server asks for a password that it was not given, or for another one',
    'Name the secret with its password in the runbook, and compare it with what the server was started with.',
  ],
  [
    /NOPERM|unknown command/,
    'the server does not allow a command that this needs (CONFIG GET, BGSAVE, INFO)',
    'Allow it for the default user, or back up the volume instead, with the service stopped.',
  ],
  [
    /Could not connect|Connection refused/,
    'nothing answers on its port',
    'Compare the port in the runbook with that of the server.',
  ],
  [/LOADING/, 'the server is still loading its data', 'Try again when it is ready.'],
]

export function explainFailure({ host, dataset }: Subject, doing: Doing, result: ExecResult): SlipwayError {
  const output = `${result.stdout}\n${result.stderr}`.trim()
  const what = `${dataset.id} of service ${dataset.service} on ${host.label} could not be ${doing}`
  const state = doing === 'restored' ? 'The present data was not touched.' : 'Nothing was changed.'
  const details = { 'exit code': String(result.code), output: output.slice(-4000) }
  if (/no space left on device|disk full/i.test(output)) {
    const hint = 'Free some space, and try again.'
    return new SlipwayError('host.disk-full', `${what}: the disk of ${host.label} is full.`, { state, hint, details })
  }
  const known = REASONS.find(([pattern]) => pattern.test(output))
  const code = doing === 'restored' ? 'backup.restore-failed' : 'backup.failed'
  const reason = known?.[1] ?? (lastLine(output) || `exit code ${result.code}`)
  return new SlipwayError(code, `${what}: ${reason}.`, { state, hint: known?.[2] ?? 'See the output.', details })
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => !line.startsWith('slipway\t'))
  return lines.at(-1)?.trim().replace(/\.$/, '') ?? ''
}
