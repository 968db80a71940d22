import { randomBytes } from 'node:crypto'
import type { ExecResult } from '../../hosts/host.ts'
import type { DockerCli } from '../docker-cli.ts'

/** A script to be run once in a container made from a service's own image, which sees what the service sees. */
export interface ThrowawayRun {
  readonly name: string
  /** The operation that it belongs to: containers left by a killed app are found by it. */
  readonly operationId: string
  readonly image: string
  /** `docker run --volume` values. */
  readonly volumes: readonly string[]
  /** Path of the shell as the container sees it. */
  readonly shell: string
  readonly script: string
  readonly args: readonly string[]
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** Names the operation that a container belongs to. */
export const OPERATION_LABEL = 'slipway.operation'
/** Stands in place of an operation: only a question, of a probe or for a plan, which may be ended at any time. */
export const QUESTION = 'probe'
/** Removing a container must also work when the run was cancelled. */
const REMOVE_TIMEOUT_MS = 30_000

/** Arguments of `docker run`. As root, because data belongs to whom the product likes; without any network. */
export function buildThrowawayArgv(run: Omit<ThrowawayRun, 'signal' | 'timeoutMs'>): string[] {
  return [
    'run',
    '--rm',
    '--name',
    run.name,
    '--label',
    `${OPERATION_LABEL}=${run.operationId}`,
    '--network',
    'none',
    '--user',
    '0:0',
    '--pull',
    'never',
    '--log-driver',
    'none',
    ...run.volumes.flatMap((volume) => ['--volume', volume]),
    '--workdir',
    '/',
    '--entrypoint',
    run.shell,
    run.image,
    '-c',
    run.script,
    'sh',
    ...run.args,
  ]
}

/** Runs it and leaves nothing behind, also when cancelled. The exit code is for the caller to judge. */
export async function runThrowaway(cli: DockerCli, run: ThrowawayRun): Promise<ExecResult> {
  // A name of its own: one that a killed app left behind must not stand in the way.
  const name = `${run.name}-${randomBytes(3).toString('hex')}`
  try {
    return await cli.run(buildThrowawayArgv({ ...run, name }), {
      signal: run.signal,
      timeoutMs: run.timeoutMs,
      okCodes: 'any',
    })
  } catch (error) {
    // The command has ended, but not the container it started.
    await removeContainer(cli, name).catch(() => undefined)
    throw error
  }
}

/** Ends what an earlier app, killed in the middle, left running for an operation. */
export async function removeLeftovers(cli: DockerCli, operationId: string): Promise<void> {
  const { stdout } = await cli.run(['ps', '--all', '--quiet', '--filter', `label=${OPERATION_LABEL}=${operationId}`])
  const ids = stdout.split('\n').filter((id) => id !== '')
  if (ids.length > 0) await cli.run(['rm', '--force', ...ids], { timeoutMs: REMOVE_TIMEOUT_MS, okCodes: 'any' })
}

async function removeContainer(cli: DockerCli, name: string): Promise<void> {
  await cli.run(['rm', '--force', name], { timeoutMs: REMOVE_TIMEOUT_MS, okCodes: 'any' })
}
