import { z } from 'zod'
import { SlipwayError } from '../../shared/errors.ts'
import type { ExecResult, Host } from '../hosts/host.ts'
import type { Compose, ComposeProject } from './compose.ts'
import { buildConfigArgv, buildConfigHashArgv, buildStartArgv, buildStopArgv, buildUpArgv } from './compose-argv.ts'
import { toChangeError, toConfigError } from './compose-errors.ts'
import { parseComposeModel, parseConfigHashes } from './compose-model.ts'
import { type DockerCommand, findDockerCommand } from './docker-command.ts'
import type { EngineClient } from './engine-client.ts'

const READ_TIMEOUT_MS = 30_000
/** A container that does not heed SIGTERM takes its stop period, 10 s each by default; stacks have several. */
const CHANGE_TIMEOUT_MS = 300_000

type Options = Parameters<Compose['up']>[2] & { readonly env?: Readonly<Record<string, string>> }

/** `docker compose` on `host`, talking to the engine that `engine` found. */
export function createCompose(host: Host, engine: Pick<EngineClient, 'connection'>): Compose {
  /** In the project directory, as a person would: `$PWD` in a Compose file means the same. */
  async function run(
    build: (docker: DockerCommand) => string[],
    project: ComposeProject,
    timeoutMs: number,
    options: Options = {},
  ): Promise<ExecResult> {
    const docker = await findDockerCommand(host, engine.connection, options.signal)
    return host.exec(build(docker), {
      timeoutMs,
      ...options,
      cwd: project.directory,
      okCodes: 'any',
      sudo: docker.sudo,
    })
  }

  async function change(
    build: (docker: DockerCommand) => string[],
    project: ComposeProject,
    task: string,
    options: Options | undefined,
  ): Promise<void> {
    const result = await run(build, project, CHANGE_TIMEOUT_MS, options)
    if (result.code !== 0) throw toChangeError(host.label, project, task, result)
  }

  return {
    async config(project, options) {
      const result = await run((docker) => buildConfigArgv(docker, project), project, READ_TIMEOUT_MS, options)
      if (result.code !== 0) throw toConfigError(host.label, project, result.stderr)
      try {
        return parseComposeModel(result.stdout, result.stderr)
      } catch (error) {
        throw unreadable(host, project, error)
      }
    },
    async configHashes(project, options) {
      const result = await run((docker) => buildConfigHashArgv(docker, project), project, READ_TIMEOUT_MS, options)
      if (result.code !== 0) throw toConfigError(host.label, project, result.stderr)
      return parseConfigHashes(result.stdout)
    },
    // No services would mean all of them.
    up: async (project, services, options) =>
      services.length === 0
        ? undefined
        : change(
            (docker) => buildUpArgv(docker, project, services),
            project,
            `bring up ${services.join(', ')}`,
            options,
          ),
    stop: async (project, services, options) =>
      services.length === 0
        ? undefined
        : change((docker) => buildStopArgv(docker, project, services), project, `stop ${services.join(', ')}`, options),
    start: async (project, services, options) =>
      services.length === 0
        ? undefined
        : change(
            (docker) => buildStartArgv(docker, project, services),
            project,
            `start ${services.join(', ')}`,
            options,
          ),
  }
}

/** Says where the answer is not of the known form, never what it says: it may hold secrets. */
function unreadable(host: Host, project: ComposeProject, error: unknown): SlipwayError {
  const where = error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join('.')).join(', ') : 'not JSON'
  return new SlipwayError(
    'stack.compose-invalid',
    `Slipway does not understand how Compose on ${host.label} resolves ${project.project}.`,
    { hint: 'Report this with the version of Compose.', state: 'Nothing was changed.', details: { where } },
  )
}
