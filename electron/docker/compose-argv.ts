import type { ComposeProject } from './compose.ts'
import type { DockerCommand } from './docker-command.ts'

/*
 * Command lines of `docker compose`, the same for the plan that shows them and for the run. They say no more than
 * what the user's own `docker compose up -d` in the directory means, so that both come to the same hashes.
 */

type Docker = Pick<DockerCommand, 'path' | 'flags'>

/** What comes before the subcommand. `--progress plain`: one line an event, without cursor movements. */
export function buildComposeArgv(docker: Docker, project: ComposeProject, subcommand: readonly string[]): string[] {
  return [
    docker.path,
    ...docker.flags,
    'compose',
    '--ansi',
    'never',
    '--progress',
    'plain',
    '-p',
    project.project,
    '--project-directory',
    project.directory,
    ...project.files.flatMap((file) => ['-f', file]),
    ...project.envFiles.flatMap((file) => ['--env-file', file]),
    ...subcommand,
  ]
}

export function buildConfigArgv(docker: Docker, project: ComposeProject): string[] {
  return buildComposeArgv(docker, project, ['config', '--format', 'json'])
}

export function buildConfigHashArgv(docker: Docker, project: ComposeProject): string[] {
  return buildComposeArgv(docker, project, ['config', '--hash', '*'])
}

/** The names of all services that the files have, whatever their profiles. */
export function buildAllServicesArgv(docker: Docker, project: ComposeProject): string[] {
  return buildComposeArgv(docker, project, ['--profile', '*', 'config', '--services'])
}

/** How services are brought up without touching what they depend on. */
export interface UpMode {
  readonly alone: boolean
  readonly noStart: boolean
}

/**
 * Recreates these services. `--pull never` and `--no-build`: the images are on the host and verified already;
 * anything else must fail rather than bring an image that no plan showed. `alone` adds `--no-deps`, which keeps
 * Compose off everything else, but makes a container whose config hash lacks its dependencies (up to Compose
 * 2.26 at least), so that the next plain `up` would recreate it. `noStart` makes the containers and leaves their start
 * to the engine: Compose would first run again every one-shot service that they wait for.
 */
export function upSubcommand(
  services: readonly string[],
  { alone = false, noStart = false }: Partial<UpMode> = {},
): string[] {
  const flags = [noStart ? '--no-start' : '--detach', ...(alone ? ['--no-deps'] : []), '--no-build', '--pull', 'never']
  return ['up', ...flags, '--', ...services]
}

export function buildUpArgv(
  docker: Docker,
  project: ComposeProject,
  services: readonly string[],
  mode: Partial<UpMode> = {},
): string[] {
  return buildComposeArgv(docker, project, upSubcommand(services, mode))
}

export function stopSubcommand(services: readonly string[]): string[] {
  return ['stop', '--', ...services]
}

export function buildStopArgv(docker: Docker, project: ComposeProject, services: readonly string[]): string[] {
  return buildComposeArgv(docker, project, stopSubcommand(services))
}

export function buildStartArgv(docker: Docker, project: ComposeProject, services: readonly string[]): string[] {
  return buildComposeArgv(docker, project, ['start', '--', ...services])
}
