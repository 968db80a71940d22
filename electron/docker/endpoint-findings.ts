import { z } from 'zod'
import { SlipwayError } from '../../shared/errors.ts'
import type { Endpoint } from './engine-route.ts'

export const DEFAULT_SOCKET = '/var/run/docker.sock'

/**
 * Says where a user's docker command would look for the engine: environment of the login shell and of this
 * session, the CLI's configuration and contexts, sockets of a rootless engine. Arguments: a marker that sets
 * its lines apart from whatever profiles print. Reads only.
 */
export const FIND_ENDPOINT_SCRIPT = `
mark() { printf '\\n%s %s\\n' "$marker" "$1"; }
marker=$1
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout 5'
mark session-host; printf '%s' "$DOCKER_HOST"
mark session-context; printf '%s' "$DOCKER_CONTEXT"
$limit "\${SHELL:-/bin/sh}" -lc 'printf "\\n%s\\n%s" "'"$marker"' login-host" "$DOCKER_HOST"; printf "\\n%s\\n%s" "'"$marker"' login-context" "$DOCKER_CONTEXT"' </dev/null 2>/dev/null
mark config; cat "\${DOCKER_CONFIG:-$HOME/.docker}/config.json" 2>/dev/null
for meta in "\${DOCKER_CONFIG:-$HOME/.docker}"/contexts/meta/*/meta.json; do
  [ -r "$meta" ] && { mark context; cat "$meta"; }
done
for socket in "$XDG_RUNTIME_DIR/docker.sock" "/run/user/$(id -u)/docker.sock" "$HOME/.docker/run/docker.sock"; do
  [ -S "$socket" ] && { mark rootless; printf '%s' "$socket"; }
done
mark end
`

/** Where the user's own docker command would look, as read from the host. */
export interface EndpointFindings {
  /** `DOCKER_HOST`; null when unset. */
  readonly environmentUrl: string | null
  /** `DOCKER_CONTEXT`, or the current context of the CLI's configuration; null: the default. */
  readonly context: string | null
  readonly contexts: readonly { readonly name: string; readonly url: string; readonly tls: boolean }[]
  readonly rootlessSocket: string | null
}

const configSchema = z.object({ currentContext: z.string().optional() })
const contextSchema = z.object({
  Name: z.string(),
  Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
})

export function parseEndpointFindings(output: string, marker: string): EndpointFindings {
  const sections = parseSections(output, marker)
  const first = (...names: string[]): string | null =>
    names.flatMap((name) => sections.filter((section) => section.name === name && section.text !== ''))[0]?.text ?? null
  const config = configSchema.safeParse(parseJson(first('config') ?? '{}'))
  const context = first('login-context', 'session-context') ?? (config.success ? config.data.currentContext : null)
  return {
    environmentUrl: first('login-host', 'session-host'),
    context: context === undefined || context === '' || context === 'default' ? null : context,
    contexts: sections.flatMap((section) => {
      if (section.name !== 'context') return []
      const parsed = contextSchema.safeParse(parseJson(section.text))
      if (!parsed.success) return []
      const url = parsed.data.Endpoints.docker.Host
      return [{ name: parsed.data.Name, url, tls: !url.startsWith('unix://') && !url.startsWith('npipe://') }]
    }),
    rootlessSocket: first('rootless'),
  }
}

function parseSections(output: string, marker: string): { readonly name: string; readonly text: string }[] {
  const parts = output.split(`\n${marker} `).slice(1)
  return parts.map((part) => {
    const end = part.indexOf('\n')
    return end === -1
      ? { name: part.trim(), text: '' }
      : { name: part.slice(0, end).trim(), text: part.slice(end + 1).trim() }
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The endpoint that the docker CLI itself would take, in its order; a rootless engine that nothing names comes before the default. */
export function chooseEndpoint(findings: EndpointFindings, hostLabel: string): Endpoint {
  if (findings.environmentUrl !== null) return { url: normaliseUrl(findings.environmentUrl), source: 'environment' }
  if (findings.context !== null) {
    const found = findings.contexts.find((context) => context.name === findings.context)
    if (found === undefined) throw missingContext(findings.context, hostLabel)
    return { url: found.url, source: 'context', ...(found.tls ? { context: found.name } : {}) }
  }
  if (findings.rootlessSocket !== null) return { url: `unix://${findings.rootlessSocket}`, source: 'rootless' }
  return { url: `unix://${DEFAULT_SOCKET}`, source: 'default' }
}

/** `DOCKER_HOST=/path` is not valid for the CLI, but what was meant is plain. */
function normaliseUrl(url: string): string {
  return url.startsWith('/') ? `unix://${url}` : url
}

function missingContext(name: string, hostLabel: string): SlipwayError {
  return new SlipwayError(
    'docker.socket-missing',
    `The current Docker context on ${hostLabel}, “${name}”, does not exist.`,
    { hint: 'Choose another one on the host: `docker context ls`, `docker context use default`.' },
  )
}
