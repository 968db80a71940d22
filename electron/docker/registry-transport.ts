import type { Duplex } from 'node:stream'
import { connect, rootCertificates } from 'node:tls'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { sendByCurl } from './curl.ts'
import { fetchAnswer, HttpFailure, HttpTimeout } from './http-client.ts'
import { HttpSockets } from './http-sockets.ts'
import { REGISTRY_TIMEOUT_MS, type RegistryAnswer, type RegistryRequest } from './registry-message.ts'

/** Sends HTTP requests from the host's side. Use it for one task and close it. Throws `registry.unreachable` when nobody answers. */
export interface RegistryTransport {
  send(request: RegistryRequest): Promise<RegistryAnswer>
  close(): void
}

/** Hosts whose sshd forbids TCP forwarding, as an answer by curl has shown. */
const forbidden = new WeakSet<Host>()

export function createTransport(host: Host, registry: string, signal: AbortSignal | undefined): RegistryTransport {
  const pools = new Map<string, HttpSockets>()
  let authorities: Promise<string[]> | null = null

  async function pool(request: RegistryRequest): Promise<HttpSockets> {
    const key = `${request.url.origin} ${request.anyCertificate}`
    const known = pools.get(key)
    if (known !== undefined) return known
    const target = { host: bareHost(request.url), port: Number(request.url.port) || (isTls(request.url) ? 443 : 80) }
    authorities ??= isTls(request.url) ? readAuthorities(host, registry, signal) : null
    const ca = await authorities
    const open = (): Duplex => {
      const socket = host.openSocket(target)
      return isTls(request.url) ? secure(socket, target.host, ca ?? [], !request.anyCertificate) : socket
    }
    const sockets = new HttpSockets(open, false)
    pools.set(key, sockets)
    return sockets
  }

  async function sendBySocket(request: RegistryRequest): Promise<RegistryAnswer> {
    const { url, method, headers, body } = request
    const sockets = await pool(request)
    const path = `${url.pathname}${url.search}`
    const sent = { method, path, host: url.host, headers, body, signal, timeoutMs: REGISTRY_TIMEOUT_MS }
    const answer = await fetchAnswer(sockets, sent).catch((error: unknown) => {
      if (error instanceof HttpFailure && error.stale) return fetchAnswer(sockets, sent)
      throw error
    })
    return { ...answer, headers: Object.fromEntries(answer.headers) }
  }

  return {
    async send(request) {
      if (forbidden.has(host)) return sendByCurl(host, request, signal)
      try {
        return await sendBySocket(request)
      } catch (error) {
        signal?.throwIfAborted()
        const cause = error instanceof HttpFailure ? error.cause : error
        if (!isForbidden(cause)) throw toUnreachable(host, request.url, cause)
      }
      const answer = await sendByCurl(host, request, signal)
      forbidden.add(host)
      return answer
    },
    close() {
      for (const sockets of pools.values()) sockets.retire()
    },
  }
}

function isForbidden(error: unknown): boolean {
  return isSlipwayError(error) && error.code === 'host.forwarding-forbidden'
}

function isTls(url: URL): boolean {
  return url.protocol === 'https:'
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

function secure(socket: Duplex, name: string, ca: readonly string[], rejectUnauthorized: boolean): Duplex {
  const isAddress = /^[\d.]+$|:/.test(name)
  const secured = connect({
    socket,
    ...(isAddress ? {} : { servername: name }),
    host: name,
    ALPNProtocols: ['http/1.1'],
    ca: [...rootCertificates, ...ca],
    rejectUnauthorized,
  })
  socket.on('error', (error) => secured.destroy(error))
  return secured
}

/** Authorities that the host's engine trusts for this registry. https://docs.docker.com/engine/security/certificates/ */
async function readAuthorities(host: Host, registry: string, signal: AbortSignal | undefined): Promise<string[]> {
  const folder = `/etc/docker/certs.d/${registry}`
  const options = signal === undefined ? {} : { signal }
  try {
    const names = (await host.files.list(folder, options)).filter((name) => name.endsWith('.crt'))
    return await Promise.all(
      names.map(async (name) => (await host.files.read(`${folder}/${name}`, options)).toString()),
    )
  } catch (error) {
    if (isSlipwayError(error) && (error.code === 'host.file-missing' || error.code === 'host.permission-denied'))
      return []
    throw error
  }
}

/** Nobody answered: the connection to the host is another matter and stays what it is. */
function toUnreachable(host: Host, url: URL, cause: unknown): unknown {
  if (isSlipwayError(cause) && !cause.code.startsWith('host.unreachable') && !isOpenFailure(cause.code)) return cause
  const words = cause instanceof HttpTimeout || cause instanceof Error ? cause.message : String(cause)
  const isCertificate =
    cause instanceof Error && 'code' in cause && /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(String(cause.code))
  return new SlipwayError('registry.unreachable', `${host.label} cannot reach the registry ${url.host}: ${words}`, {
    hint: isCertificate
      ? `Put the registry’s certificate authority into /etc/docker/certs.d/${url.host}/ca.crt on the host.`
      : 'Look at the registry, and at the host’s DNS, proxy and firewall.',
    state: 'Which versions exist could not be checked.',
    retryable: true,
    cause,
  })
}

/** The connection to the host holds, but it could open no socket to the target. */
function isOpenFailure(code: string): boolean {
  return code === 'host.forwarding-forbidden' || code === 'host.command-failed' || code === 'host.timeout'
}
