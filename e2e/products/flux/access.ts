import { createHmac } from 'node:crypto'
import type { Exec } from '../parts/postgres-fingerprint.ts'

/** The services that speak HTTP: their containers, and the ports inside. */
const places = {
  web: { container: 'flux-web', port: 3000 },
  gateway: { container: 'flux-node-gateway', port: 4000 },
  postgrest: { container: 'flux-postgrest-pool', port: 3000 },
} as const

export type Request = {
  readonly service: keyof typeof places
  readonly method?: string
  readonly path: string
  /** Value of the Host header, where tenants are asked for. */
  readonly host?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

/** `status` 0: nobody answered. */
export type Answer = { readonly status: number; readonly headers: string; readonly body: string }

/** Sends one request to a service; resolves with whatever comes back. */
export type Send = (request: Request) => Promise<Answer>

const script = `address=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$1" | cut -d ' ' -f 1)
port=$2 path=$3
shift 3
curl -s -i -m 60 "$@" "http://$address:$port$path" || true`

/** Requests made on the host itself, to the addresses of the containers: the control plane publishes no port. */
export function createExecSend(exec: Exec): Send {
  return async ({ service, method, path, host, token, headers = {}, body }) => {
    const all = { ...(host ? { Host: host } : {}), ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers }
    const lines = Object.entries(all).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const data = body === undefined ? [] : ['-H', 'Content-Type: application/json', '--data-binary', '@-']
    const verb = method ?? (body === undefined ? 'GET' : 'POST')
    const { container, port } = places[service]
    const argv = ['sh', '-c', script, 'sh', container, String(port), path, '-X', verb, ...lines, ...data]
    const { stdout } = await exec(argv, body === undefined ? {} : { input: JSON.stringify(body) })
    return parseAnswer(stdout)
  }
}

/** A value out of the text of an env file. */
export function readVariable(env: string, name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(env)?.[1] ?? ''
}

/** A token such as an app makes for itself with its project's secret. */
export function signProjectToken(secret: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + 3600
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: 'app', exp })}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}

/** The host name under which a project is reached. */
export function tenantHost({ slug, hash }: { slug: string; hash: string }): string {
  return `api--${slug}--${hash}.flux.localhost`
}

function parseAnswer(text: string): Answer {
  // An interim `100 Continue` comes with a head of its own.
  const final = text.replace(/^(HTTP\/1\.1 100 [^\r]*\r\n\r\n)+/, '')
  const end = final.indexOf('\r\n\r\n')
  const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(final) ?? []
  return { status: Number(status), headers: final.slice(0, end), body: final.slice(end + 4) }
}
