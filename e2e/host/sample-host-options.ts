import { engineRights } from './container-arguments.ts'
import { usualNetwork } from './own-network.ts'

/** What a sample host is to be like. Without options: an ordinary VM whose user may use Docker. */
export type SampleHostOptions = {
  /** Its name, also its host name and its name on a sample network; made up if not given. */
  readonly name?: string
  /** Products (folders of `e2e/products`) whose stacks are put into the user's home. */
  readonly stacks?: readonly string[]
  /** False copies the stacks without bringing them up. */
  readonly deploy?: boolean
  /** False leaves the user out of the group docker. */
  readonly inDockerGroup?: boolean
  /** True lets the user run `sudo -n` for anything. */
  readonly sudo?: boolean
  /** Lines for sshd_config which win over the usual ones: `MaxSessions 3`, `DisableForwarding yes`. */
  readonly sshdConfig?: readonly string[]
  /** Options in front of the key in authorized_keys: `restrict`, `no-port-forwarding`. */
  readonly authorizedKeyOptions?: string
  /** False moves the Docker CLI to /opt/docker/bin, which only login shells have on their PATH. */
  readonly dockerCliOnPath?: boolean
  /** `missing`: neither CLI nor running engine. */
  readonly docker?: 'present' | 'missing'
  /** `missing`: no plugin; `old`: says 2.0.1 and does not know `--wait`. */
  readonly compose?: 'present' | 'missing' | 'old'
  /** The engine listens there only, and the user has a Docker context for it. */
  readonly engineSocket?: string
  /** A disk of this size (`2G`) for /home and the engine's data, which `fillDisk` can fill. */
  readonly diskSize?: string
  /** What commands in SSH sessions believe the time to be, off by so many seconds (the engine's clock stays right). */
  readonly clockSkewSeconds?: number
  /** A Docker network of the outer engine; see `startSampleNetwork`. */
  readonly network?: string
  /** False publishes no port: such a host is reached only from its network, on port 22 of its name. */
  readonly published?: boolean
  /** True keeps it when this process ends; whoever starts it so disposes it (`cli.ts stop`). */
  readonly keep?: boolean
}

/** What is decided for one sample host before its container is made. */
export type SampleHostIdentity = {
  readonly name: string
  readonly containerName: string
  readonly password: string
  readonly publicKey: string
  readonly image: string
  readonly labels: Readonly<Record<string, string>>
  /** The port on 127.0.0.1, unless it is not published. */
  readonly port?: number
}

/** The arguments of the Docker CLI which start the container. */
export function buildRunArguments(identity: SampleHostIdentity, options: SampleHostOptions): string[] {
  const labels = Object.entries(identity.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])
  const env = Object.entries(buildSettings(identity, options)).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const network = ['--network', options.network ?? usualNetwork, '--network-alias', identity.name]
  const publish = identity.port === undefined ? [] : ['--publish', `127.0.0.1:${identity.port}:22`]
  const volume = ['--volume', options.diskSize === undefined ? '/var/lib/docker' : '/var/lib/sample-disk']
  const names = ['--name', identity.containerName, '--hostname', identity.name]
  return [
    'run',
    '--detach',
    ...names,
    ...labels,
    ...engineRights,
    ...network,
    ...publish,
    ...volume,
    ...env,
    identity.image,
  ]
}

function buildSettings(identity: SampleHostIdentity, options: SampleHostOptions): Record<string, string> {
  const settings: Record<string, string | undefined> = {
    SAMPLE_PASSWORD: identity.password,
    SAMPLE_AUTHORIZED_KEY: [options.authorizedKeyOptions, identity.publicKey].filter(Boolean).join(' '),
    SAMPLE_SSHD_CONFIG: options.sshdConfig?.join('\n'),
    SAMPLE_DOCKER_GROUP: options.inDockerGroup === false ? 'no' : undefined,
    SAMPLE_SUDO: options.sudo ? 'yes' : undefined,
    SAMPLE_DOCKER_CLI: dockerCli(options),
    SAMPLE_COMPOSE: options.compose,
    SAMPLE_ENGINE_SOCKET: options.engineSocket,
    SAMPLE_DISK_SIZE: options.diskSize,
    SAMPLE_CLOCK_SKEW: options.clockSkewSeconds === undefined ? undefined : signed(options.clockSkewSeconds),
  }
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function dockerCli(options: SampleHostOptions): string | undefined {
  if (options.docker === 'missing') return 'missing'
  return options.dockerCliOnPath === false ? 'login-only' : undefined
}

/** A clock offset as libfaketime reads it: `+90` or `-90`. */
export function signed(seconds: number): string {
  return seconds < 0 ? String(seconds) : `+${seconds}`
}
