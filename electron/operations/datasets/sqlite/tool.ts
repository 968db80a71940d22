import { SlipwayError } from '../../../../shared/errors.ts'
import type { Container } from '../../../docker/engine.ts'
import type { Host } from '../../../hosts/host.ts'
import type { DockerCli } from '../../docker-cli.ts'

/** A way to run sqlite3 beside a service's data. */
export interface SqliteTool {
  readonly origin: 'image' | 'host'
  /** Path of the shell in the container. */
  readonly shell: string
  /** Mounts that bring the tool along. */
  readonly volumes: readonly string[]
  /** For the manifest: `of the host, in a container of the service's image`. */
  readonly description: string
}

/** What the scripts call. */
const PROGRAMS = ['sqlite3', 'sha256sum', 'stat', 'cut', 'sed', 'head', 'sync', 'chown']
const PROBE_TIMEOUT_MS = 30_000

/** What was found for an image stays true as long as the command does, which is one plan or one operation. */
const found = new WeakMap<DockerCli, Map<string, Promise<SqliteTool>>>()

export interface ToolRequest {
  readonly service: string
  readonly container: Container
  readonly signal: AbortSignal
}

/** {@link searchSqliteTool}, once for each image. A failure is not remembered. */
export function findSqliteTool(host: Host, cli: DockerCli, request: ToolRequest): Promise<SqliteTool> {
  const known = found.get(cli) ?? new Map<string, Promise<SqliteTool>>()
  found.set(cli, known)
  const earlier = known.get(request.container.imageId)
  if (earlier !== undefined) return earlier
  const search = searchSqliteTool(host, cli, request)
  known.set(request.container.imageId, search)
  search.catch(() => known.delete(request.container.imageId))
  return search
}

/**
 * Finds sqlite3: in the service's own image; else the host's, lent to a container of that image, so that neither
 * the image nor the host's file permissions matter. Nothing else is guessed: `backup.tool-missing`.
 */
async function searchSqliteTool(host: Host, cli: DockerCli, request: ToolRequest): Promise<SqliteTool> {
  const own: SqliteTool = { origin: 'image', shell: 'sh', volumes: [], description: "of the service's image" }
  if (await hasOwnTool(cli, request)) return own
  const lent = await findHostTool(host, request.signal)
  if (lent !== null) return lent
  throw missingTool(host, request.service)
}

export function missingTool(host: Host, service: string): SlipwayError {
  return new SlipwayError(
    'backup.tool-missing',
    `Service ${service} cannot be backed up: there is no sqlite3 in its image, nor on ${host.label}.`,
    { state: 'Nothing was changed.', hint: `Install it on ${host.label}: sudo apt-get install sqlite3` },
  )
}

/** Asked in the running container, which is quick; a stopped one is taken to have none. */
async function hasOwnTool(cli: DockerCli, { container, signal }: ToolRequest): Promise<boolean> {
  if (container.state !== 'running') return false
  const argv = ['exec', container.id, 'sh', '-c', `command -v ${PROGRAMS.join(' ')} >/dev/null && sqlite3 --version`]
  const { code, stdout } = await cli.run(argv, { signal, timeoutMs: PROBE_TIMEOUT_MS, okCodes: 'any' })
  return code === 0 && /^\d+\.\d+/.test(stdout)
}

/** The host's programs and the libraries they need: `/lib64` is where the loader is on some machines. */
async function findHostTool(host: Host, signal: AbortSignal): Promise<SqliteTool | null> {
  const found = await host.exec(['sh', '-c', 'test -x /usr/bin/sqlite3 && test -x /usr/bin/sh && ls -d /lib /lib64'], {
    okCodes: 'any',
    signal,
  })
  const libraries = found.stdout.split('\n').filter((path) => path === '/lib' || path === '/lib64')
  if (libraries.length === 0) return null
  return {
    origin: 'host',
    shell: '/usr/bin/sh',
    volumes: ['/usr', ...libraries].map((path) => `${path}:${path}:ro`),
    description: "of the host, lent to a container of the service's image",
  }
}
