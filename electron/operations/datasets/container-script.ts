import { SlipwayError } from '../../../shared/errors.ts'
import type { ExecResult, Host } from '../../hosts/host.ts'
import type { DatasetJob } from './kind.ts'
import type { Place } from './place.ts'
import { runThrowaway } from './throwaway-container.ts'
import { findTool, forgetTool, missingTool, type ToolNeed } from './tool.ts'

/** Copying and checking many gigabytes takes hours; what never ends is not waited for for ever. */
const SCRIPT_TIMEOUT_MS = 12 * 60 * 60_000

/** For the error: `could not be …`. */
export type Doing = 'backed up' | 'restored' | 'read'

export interface ContainerScript {
  readonly script: string
  readonly args: readonly string[]
  /** `docker run --volume` values. */
  readonly volumes: readonly string[]
  readonly doing: Doing
  readonly timeoutMs?: number
  /** Exit codes of the script's own, and what they mean. */
  readonly exits: Readonly<Record<number, (what: string, details: Record<string, string>) => SlipwayError>>
}

/** Runs a script beside data, as root in a container of the service's own image, lent what it lacks. Returns its output. */
export async function runContainerScript(
  job: DatasetJob,
  place: Place,
  need: ToolNeed,
  run: ContainerScript,
): Promise<string> {
  const { host, cli, dataset, operationId, signal } = job
  const tool = await findTool(host, cli, need, { container: place.container, signal, service: dataset.service })
  const result = await runThrowaway(cli, {
    name: `slipway-${operationId}-${dataset.id}`,
    operationId,
    image: place.container.imageId,
    volumes: [...tool.volumes, ...run.volumes],
    shell: tool.shell,
    script: run.script,
    args: run.args,
    signal,
    timeoutMs: run.timeoutMs ?? SCRIPT_TIMEOUT_MS,
  })
  if (result.code === 0) return result.stdout
  if (isToolMissing(result)) {
    forgetTool(host, need, place.container)
    throw missingTool(host, need, dataset.service)
  }
  const what = `${place.path} of service ${dataset.service} on ${host.label} could not be ${run.doing}`
  const details = { 'exit code': String(result.code), output: `${result.stdout}${result.stderr}`.slice(-4000) }
  throw run.exits[result.code ?? -1]?.(what, details) ?? explain(host, what, run.doing, result, details)
}

/** What a shell, or the engine, ends with when a program is not there or does not run. */
function isToolMissing({ code, stderr }: ExecResult): boolean {
  return (code === 126 || code === 127) && /not found|no such file|exec format/i.test(stderr)
}

function explain(host: Host, what: string, doing: Doing, result: ExecResult, details: Record<string, string>) {
  const full = /no space left|disk (is )?full/i.test(details.output ?? '')
  const code = full ? 'host.disk-full' : doing === 'restored' ? 'backup.restore-failed' : 'backup.failed'
  const reason = full ? `the disk of ${host.label} is full` : lastWords(result.stderr) || `exit code ${result.code}`
  const hint = full ? 'Free some space, and try again.' : 'See the output.'
  return new SlipwayError(code, `${what}: ${reason}.`, { hint, details })
}

/** SQLite shows below its words, indented, what they are about. */
function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => /^\S/.test(line))
  return lines.at(-1)?.trimEnd().replace(/\.$/, '') ?? ''
}
