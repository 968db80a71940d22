import type { EngineInfo } from '../../shared/contract/hosts.ts'
import type { Host, SocketTarget } from '../hosts/host.ts'
import { fetchAnswer } from './http-client.ts'
import { HttpSockets } from './http-sockets.ts'

/** Longer than any engine needs for a ping, shorter than a person waits. */
const PROBE_TIMEOUT_MS = 8_000

/** Where an engine listens on a host, and who said so. */
export interface Endpoint {
  /** `unix:///var/run/docker.sock`, or another URL that only the docker CLI can dial. */
  readonly url: string
  readonly source: EngineInfo['socketSource']
  /** Set for a context whose endpoint only the CLI can dial (TLS files): its name. */
  readonly context?: string
}

/** How calls to the engine travel, proven by a ping. */
export interface EngineRoute {
  readonly kind: EngineInfo['route']
  readonly endpoint: Endpoint
  readonly target: SocketTarget
  /** Highest API version of the engine, from the ping. */
  readonly apiVersion: string
  /** Each socket costs an SSH session. */
  readonly limited: boolean
}

/** Path of the socket; null for endpoints that are none. */
export function socketPathOf(endpoint: Endpoint): string | null {
  const match = /^(?:unix|npipe):\/\/(.+)$/.exec(endpoint.url)
  return match?.[1] ?? null
}

/** Arguments that point the docker CLI to the endpoint; none where it finds it by itself. */
export function endpointFlags(endpoint: Endpoint): string[] {
  if (endpoint.context !== undefined) return ['--context', endpoint.context]
  return endpoint.source === 'default' ? [] : ['--host', endpoint.url]
}

/** `docker system dial-stdio`: works wherever commands do, also where sshd forbids forwarding. */
export function dialTarget(dockerPath: string, endpoint: Endpoint, sudo: boolean): SocketTarget {
  // Root's docker has another configuration than the user's, so the way is always spelled out to it.
  const flags = sudo && endpoint.context === undefined ? ['--host', endpoint.url] : endpointFlags(endpoint)
  return { argv: [dockerPath, ...flags, 'system', 'dial-stdio'], ...(sudo ? { sudo } : {}) }
}

/** Pings through a target. The version, or the error that it met. */
export async function probeTarget(
  host: Host,
  target: SocketTarget,
  signal?: AbortSignal,
): Promise<{ readonly apiVersion: string } | { readonly error: unknown }> {
  const sockets = new HttpSockets(() => host.openSocket(target), true)
  try {
    const call = { method: 'GET', path: '/_ping', host: 'docker', signal, timeoutMs: PROBE_TIMEOUT_MS } as const
    const answer = await fetchAnswer(sockets, call)
    const apiVersion = answer.headers.get('api-version')
    if (answer.status !== 200 || apiVersion === undefined) {
      return {
        error: new Error(`It answered the ping with HTTP ${answer.status}: ${answer.body.toString().slice(0, 300)}`),
      }
    }
    return { apiVersion }
  } catch (error) {
    signal?.throwIfAborted()
    return { error: error instanceof Error ? (error.cause ?? error) : error }
  } finally {
    sockets.retire()
  }
}
