import { withLock } from './lock.ts'
import { answers, ownEngineSocket, startOwnEngine } from './own-engine.ts'
import { ensurePrerequisites, isPresent } from './prerequisites.ts'
import { sayWhile } from './progress.ts'
import { type CommandResult, type RunOptions, run } from './run.ts'

/** The Docker engine in which the sample hosts live as containers. */
export type Engine = {
  /** Runs the Docker CLI. Throws `CommandError` on a non-zero exit unless `allowFailure` is set. */
  docker(argv: readonly string[], options?: EngineRunOptions): Promise<CommandResult>
  /** The environment with which any program reaches this engine. */
  readonly env: NodeJS.ProcessEnv
  /** Whether we started this engine, or found it. */
  readonly isOwn: boolean
}

/** Options of `Engine.docker`. */
export type EngineRunOptions = Omit<RunOptions, 'env'>

let known: Promise<Engine> | undefined

/**
 * The engine that `DOCKER_HOST`, the current Docker context or /var/run/docker.sock answers for;
 * else our own, started now if it does not run yet. Safe to call from several processes at once.
 */
export function ensureEngine(): Promise<Engine> {
  known ??= findOrStart().catch((error: unknown) => {
    known = undefined
    throw error
  })
  return known
}

async function findOrStart(): Promise<Engine> {
  if (isPresent('docker')) {
    if (await answers(undefined)) {
      await ensurePrerequisites({ engineAnswers: true })
      return createEngine(undefined)
    }
    if (await answers(ownEngineSocket())) {
      await ensurePrerequisites()
      return createEngine(ownEngineSocket())
    }
  }
  await ensurePrerequisites()
  await withLock('engine', async () => {
    if (!(await answers(ownEngineSocket()))) await sayWhile('starting a Docker engine', startOwnEngine)
  })
  return createEngine(ownEngineSocket())
}

function createEngine(dockerHost: string | undefined): Engine {
  // The classic builder: it needs no plugin, and it never asks a registry about a base image that is here.
  const env: NodeJS.ProcessEnv = { ...process.env, DOCKER_BUILDKIT: '0' }
  if (dockerHost !== undefined) {
    env.DOCKER_HOST = dockerHost
    delete env.DOCKER_CONTEXT
  }
  const docker = (argv: readonly string[], options: EngineRunOptions = {}) => run('docker', argv, { ...options, env })
  return { docker, env, isOwn: dockerHost !== undefined }
}
