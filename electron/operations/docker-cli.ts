import { SlipwayError } from '../../shared/errors.ts'
import type { ExecOptions, ExecResult, Host } from '../hosts/host.ts'
import type { HostSession } from '../stacks/stack.ts'

type CliOptions = Pick<ExecOptions, 'signal' | 'timeoutMs' | 'okCodes' | 'onOutput' | 'input'>

/** The docker command of a host, for what the engine's API is not used for: containers that run one script. */
export interface DockerCli {
  run(argv: readonly string[], options?: CliOptions): Promise<ExecResult>
  /** The whole command line, for a script on the host that is given it as its arguments. */
  argv(argv: readonly string[]): string[]
}

/** Talks to the same engine as everything else: where its socket is not the usual one, the command is told so. */
export async function findDockerCli(
  session: Pick<HostSession, 'host' | 'engine'>,
  signal?: AbortSignal,
): Promise<DockerCli> {
  const { host, engine } = session
  const options = signal === undefined ? {} : { signal }
  const [facts] = await Promise.all([host.connect(options), engine.info(options)])
  if (facts.dockerPath === null) {
    throw new SlipwayError('docker.not-on-path', `There is no docker command on ${host.label}.`, {
      state: 'Nothing was changed.',
      hint: 'Install the Docker CLI there.',
    })
  }
  return createDockerCli(host, facts.dockerPath, engine.cliFlags)
}

function createDockerCli(host: Host, dockerPath: string, flags: readonly string[]): DockerCli {
  return {
    run: (argv, options = {}) => host.exec([dockerPath, ...flags, ...argv], { ...options, sudo: host.usesSudo }),
    argv: (argv) => [dockerPath, ...flags, ...argv],
  }
}
