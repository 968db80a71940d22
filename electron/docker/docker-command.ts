import { SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import type { EngineConnection } from './engine-connection.ts'
import { endpointFlags } from './engine-route.ts'

/** How the docker CLI is called on a host so that it talks to the engine that Slipway talks to. */
export interface DockerCommand {
  /** Absolute. */
  readonly path: string
  /** Global flags that go before the subcommand. */
  readonly flags: readonly string[]
  readonly sudo: boolean
}

/** The docker CLI of a host. Throws `docker.not-on-path` where an engine answers, but no CLI was found. */
export async function findDockerCommand(
  host: Host,
  connection: Pick<EngineConnection, 'route'>,
  signal?: AbortSignal,
): Promise<DockerCommand> {
  const { endpoint } = await connection.route(signal)
  const { dockerPath } = await host.connect(signal === undefined ? {} : { signal })
  if (dockerPath === null) {
    throw new SlipwayError(
      'docker.not-on-path',
      `${host.label} runs a Docker engine, but Slipway found no docker command for the user there.`,
      {
        hint: 'Install the Docker CLI with the Compose plugin, or link it into /usr/local/bin.',
        state: 'Nothing was changed.',
      },
    )
  }
  return { path: dockerPath, flags: endpointFlags(endpoint), sudo: host.usesSudo }
}
