import { z } from 'zod'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { ExecResult, Host } from '../hosts/host.ts'
import type { Compose, ComposeProject } from './compose.ts'
import {
  buildAllServicesArgv,
  buildConfigArgv,
  buildConfigHashArgv,
  buildStartArgv,
  buildStopArgv,
  buildUpArgv,
} from './compose-argv.ts'
import { chooseUpMode, findDependencies } from './compose-dependencies.ts'
import { toChangeError, toConfigError } from './compose-errors.ts'
import { parseComposeModel, parseConfigHashes } from './compose-model.ts'
import { type DockerCommand, findDockerCommand } from './docker-command.ts'
import type { CallOptions } from './engine.ts'
import type { EngineClient } from './engine-client.ts'
import { readImageIds } from './image-ids.ts'

const READ_TIMEOUT_MS = 30_000
/** A container that does not heed SIGTERM takes its stop period, 10 s each by default; stacks have several. */
const CHANGE_TIMEOUT_MS = 300_000

type Options = Parameters<Compose['up']>[2] & { readonly env?: Readonly<Record<string, string>> }

/** `docker compose` on `host`, talking to the engine that `engine` found. */
export function createCompose(
  host: Host,
  engine: Pick<EngineClient, 'connection' | 'listContainers' | 'inspectContainer' | 'inspectImage' | 'startContainer'>,
): Compose {
  /** In the project directory, as a person would: `$PWD` in a Compose file means the same. */
  async function run(
    build: (docker: DockerCommand) => string[],
    project: ComposeProject,
    timeoutMs: number,
    options: Options = {},
  ): Promise<ExecResult> {
    const docker = await findDockerCommand(host, engine.connection, options.signal)
    const running = host.exec(build(docker), {
      timeoutMs,
      ...options,
      cwd: project.directory,
      okCodes: 'any',
      sudo: docker.sudo,
    })
    const result = await running.catch((error: unknown) => rethrow(error, project, options.signal))
    if (result.code !== 0) await requireDirectory(project, options.signal)
    return result
  }

  async function rethrow(error: unknown, project: ComposeProject, signal: AbortSignal | undefined): Promise<never> {
    if (isSlipwayError(error) && error.code === 'host.command-missing') await requireDirectory(project, signal)
    throw error
  }

  /** A directory that is gone shows as a failure of the shell or of the command, in words that differ by host. */
  async function requireDirectory(project: ComposeProject, signal: AbortSignal | undefined): Promise<void> {
    const found = await host.files.stat(project.directory, signal === undefined ? {} : { signal })
    if (found !== null) return
    throw new SlipwayError(
      'stack.directory-missing',
      `The directory ${project.directory} of ${project.project} is not on ${host.label} any more.`,
      { hint: 'Bring it back, or start the stack from where its files are now.', state: 'Nothing was changed.' },
    )
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

  /** Whether Compose would touch more than the named services. Looked at each time: an upgrade changes it as it goes. */
  async function findUpMode(project: ComposeProject, services: readonly string[], options: Options | undefined) {
    const own = {
      ...(options?.signal === undefined ? {} : { signal: options.signal }),
      ...(options?.env === undefined ? {} : { env: options.env }),
    }
    const model = await compose.config(project, own)
    const dependencies = findDependencies(model, services)
    if (dependencies.length === 0) return { alone: false, noStart: false }
    const [hashes, containers, imageIds] = await Promise.all([
      compose.configHashes(project, own),
      inspectServices(project, dependencies, own),
      readImageIds(engine, model, dependencies, own),
    ])
    return chooseUpMode({ model, hashes, containers, imageIds }, services)
  }

  /** What `up --no-start` has made, or left as it was because nothing about it had changed. */
  async function startMade(project: ComposeProject, services: readonly string[], options: Options | undefined) {
    const own = options?.signal === undefined ? {} : { signal: options.signal }
    for (const { id, state } of await inspectServices(project, services, own)) {
      if (state === 'created' || state === 'exited') await engine.startContainer(id, own)
    }
  }

  async function inspectServices(project: ComposeProject, services: readonly string[], options: CallOptions) {
    const labels = [`com.docker.compose.project=${project.project}`, 'com.docker.compose.oneoff=False']
    const rows = await engine.listContainers({ labels, all: true }, options)
    const wanted = rows.filter((row) => services.includes(row.labels['com.docker.compose.service'] ?? ''))
    return Promise.all(wanted.map(({ id }) => engine.inspectContainer(id, options)))
  }

  const compose: Compose = {
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
    async allServices(project, options) {
      const result = await run((docker) => buildAllServicesArgv(docker, project), project, READ_TIMEOUT_MS, options)
      if (result.code !== 0) throw toConfigError(host.label, project, result.stderr)
      return result.stdout.split('\n').filter((line) => line !== '')
    },
    async up(project, services, options) {
      // No services would mean all of them.
      if (services.length === 0) return
      const mode = await findUpMode(project, services, options)
      const build = (docker: DockerCommand) => buildUpArgv(docker, project, services, mode)
      await change(build, project, `bring up ${services.join(', ')}`, options)
      if (mode.noStart) await startMade(project, services, options)
    },
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
  return compose
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
