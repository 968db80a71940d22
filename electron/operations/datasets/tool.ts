import { SlipwayError } from '../../../shared/errors.ts'
import type { Container } from '../../docker/engine.ts'
import type { Host } from '../../hosts/host.ts'
import type { DockerCli } from '../docker-cli.ts'

/** A way to run programs beside a service's data. */
export interface Tool {
  readonly origin: 'image' | 'host'
  /** Path of the shell in the container. */
  readonly shell: string
  /** Mounts that bring the programs along. */
  readonly volumes: readonly string[]
  /** For the manifest: `of the host, in a container of the service's image`. */
  readonly description: string
}

/** What a kind of data set needs to be there. */
export interface ToolNeed {
  /** The program without which nothing goes; the name of its Debian package too. */
  readonly program: string
  /** What else the scripts call. */
  readonly programs: readonly string[]
  /** A shell condition that proves that it is the right one. */
  readonly proof: string
  /** Which one is taken where both have it. */
  readonly first: 'image' | 'host'
}

export interface ToolRequest {
  readonly service: string
  readonly container: Container
  readonly signal: AbortSignal
}

const PROBE_TIMEOUT_MS = 30_000

/** What was found for an image, by host. An image never changes, and what is missing after all is found out by its use. */
const found = new WeakMap<Host, Map<string, Tool>>()

/**
 * {@link searchTool}, once for each image of a host. Each search is its asker's own: one that is cancelled must not end
 * another's. A failure is not remembered, nor what {@link forgetTool} was told of.
 */
export async function findTool(host: Host, cli: DockerCli, need: ToolNeed, request: ToolRequest): Promise<Tool> {
  const known = found.get(host) ?? new Map<string, Tool>()
  found.set(host, known)
  const key = keyOf(need, request.container)
  const tool = known.get(key) ?? (await searchTool(host, cli, need, request))
  known.set(key, tool)
  return tool
}

/** For a tool that turned out not to be there any more: the next one who needs it looks again. */
export function forgetTool(host: Host, need: ToolNeed, container: Container): void {
  found.get(host)?.delete(keyOf(need, container))
}

function keyOf({ program }: ToolNeed, { imageId }: Container): string {
  return `${program} ${imageId}`
}

/**
 * Finds the programs: in the service's own image, or the host's, lent to a container of that image, so that neither
 * the image nor the host's file permissions matter. Nothing else is guessed: `backup.tool-missing`.
 */
async function searchTool(host: Host, cli: DockerCli, need: ToolNeed, request: ToolRequest): Promise<Tool> {
  const ways = { image: () => findOwn(cli, need, request), host: () => findLent(host, need, request.signal) }
  const order = need.first === 'image' ? (['image', 'host'] as const) : (['host', 'image'] as const)
  for (const way of order) {
    const tool = await ways[way]()
    if (tool !== null) return tool
  }
  throw missingTool(host, need, request.service)
}

export function missingTool(host: Host, { program }: ToolNeed, service: string): SlipwayError {
  return new SlipwayError(
    'backup.tool-missing',
    `Service ${service} cannot be backed up: there is no ${program} in its image, nor on ${host.label}.`,
    { state: 'Nothing was changed.', hint: `Install it on ${host.label}: sudo apt-get install ${program}` },
  )
}

/** Asked in the running container, which is quick; of one that does not run, in a new one of its image. */
async function findOwn(cli: DockerCli, need: ToolNeed, { container, signal }: ToolRequest): Promise<Tool | null> {
  const once = ['run', '--rm', '--network', 'none', '--pull', 'never', '--log-driver', 'none', '--entrypoint', 'sh']
  const argv = container.state === 'running' ? ['exec', container.id, 'sh'] : [...once, container.imageId]
  const options = { signal, timeoutMs: PROBE_TIMEOUT_MS, okCodes: 'any' } as const
  const { code } = await cli.run([...argv, '-c', condition(need)], options)
  if (code !== 0) return null
  return { origin: 'image', shell: 'sh', volumes: [], description: "of the service's image" }
}

/** The host's programs and the libraries they need: `/lib64` is where the loader is on some machines. */
async function findLent(host: Host, need: ToolNeed, signal: AbortSignal): Promise<Tool | null> {
  const script = `test -x /usr/bin/${need.program} && test -x /usr/bin/sh && { ${condition(need)}; } >/dev/null && ls -d /lib /lib64`
  const { stdout } = await host.exec(['sh', '-c', script], { okCodes: 'any', signal })
  const libraries = stdout.split('\n').filter((path) => path === '/lib' || path === '/lib64')
  if (libraries.length === 0) return null
  return {
    origin: 'host',
    shell: '/usr/bin/sh',
    volumes: ['/usr', ...libraries].map((path) => `${path}:${path}:ro`),
    description: "of the host, lent to a container of the service's image",
  }
}

function condition({ program, programs, proof }: ToolNeed): string {
  return `for program in ${[program, ...programs].join(' ')}; do command -v $program >/dev/null || exit 1; done; ${proof}`
}
