import { SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import type { DockerCli } from './docker-cli.ts'
import { runThrowaway, type ThrowawayRun } from './throwaway-container.ts'

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

const PROBE = 'command -v sqlite3 sha256sum stat cut sed head mktemp sync chown >/dev/null && sqlite3 --version'
const PROBE_TIMEOUT_MS = 60_000

/** What was found for an image stays true as long as the command does, which is one plan or one operation. */
const found = new WeakMap<DockerCli, Map<string, Promise<SqliteTool>>>()

type ToolRequest = Pick<ThrowawayRun, 'operationId' | 'image' | 'signal'> & { readonly service: string }

/** {@link searchSqliteTool}, once for each image. A failure is not remembered. */
export function findSqliteTool(host: Host, cli: DockerCli, request: ToolRequest): Promise<SqliteTool> {
  const known = found.get(cli) ?? new Map<string, Promise<SqliteTool>>()
  found.set(cli, known)
  const earlier = known.get(request.image)
  if (earlier !== undefined) return earlier
  const search = searchSqliteTool(host, cli, request)
  known.set(request.image, search)
  search.catch(() => known.delete(request.image))
  return search
}

/**
 * Finds sqlite3: in the service's own image; else the host's, lent to a container of that image, so that neither
 * the image nor the host's file permissions matter. Both are tried by running them. Nothing else is guessed:
 * `backup.tool-missing`.
 */
async function searchSqliteTool(host: Host, cli: DockerCli, request: ToolRequest): Promise<SqliteTool> {
  const own: SqliteTool = { origin: 'image', shell: 'sh', volumes: [], description: "of the service's image" }
  if (await works(cli, own, request)) return own
  const lent = await findHostTool(host, request.signal)
  if (lent !== null && (await works(cli, lent, request))) return lent
  throw new SlipwayError(
    'backup.tool-missing',
    `Service ${request.service} cannot be backed up: there is no sqlite3 in its image, nor on ${host.label}.`,
    {
      state: 'Nothing was changed.',
      hint: `Install it on ${host.label}: sudo apt-get install sqlite3`,
    },
  )
}

async function works(
  cli: DockerCli,
  tool: SqliteTool,
  { operationId, image, signal, service }: ToolRequest,
): Promise<boolean> {
  const result = await runThrowaway(cli, {
    name: `slipway-${operationId}-${service}-tool`,
    operationId,
    image,
    volumes: tool.volumes,
    shell: tool.shell,
    script: PROBE,
    args: [],
    signal,
    timeoutMs: PROBE_TIMEOUT_MS,
  })
  return result.code === 0 && /^\d+\.\d+/.test(result.stdout)
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
