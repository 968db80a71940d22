import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { REGISTRY_TIMEOUT_MS, type RegistryAnswer, type RegistryRequest } from './registry-message.ts'

/** curl's own deadline comes first, so that its reason is the one that is told. */
const GRACE_MS = 5_000
/** https://curl.se/libcurl/c/libcurl-errors.html */
const EXIT_REASONS: Readonly<Record<number, string>> = {
  5: 'its proxy has no known address',
  6: 'its name has no known address',
  7: 'the connection was refused',
  28: 'it did not answer in time',
  35: 'no secure connection came about',
  52: 'it answered nothing',
  56: 'the connection was cut',
  60: 'its certificate is not trusted',
}

/** Sends a request by the host's own curl, for hosts whose sshd forbids TCP forwarding. Secrets go through standard input. */
export async function sendByCurl(
  host: Host,
  request: RegistryRequest,
  signal: AbortSignal | undefined,
): Promise<RegistryAnswer> {
  const { stdout, stderr, code } = await runCurl(host, request, signal)
  if (code === 127) throw noCurl(host, request)
  if (code === 0) return parseCurlOutput(stdout)
  const reason = EXIT_REASONS[code ?? -1] ?? stderr.trim().slice(0, 300)
  throw new SlipwayError(
    'registry.unreachable',
    `${host.label} cannot reach the registry ${request.url.host}: ${reason}.`,
    {
      hint: 'Look at the registry, and at the host’s DNS, proxy and firewall.',
      state: 'Which versions exist could not be checked.',
      retryable: true,
      details: { 'curl exit': String(code), output: stderr.trim().slice(0, 1000) },
    },
  )
}

async function runCurl(host: Host, request: RegistryRequest, signal: AbortSignal | undefined) {
  try {
    return await host.exec(['curl', '-q', '-K', '-'], {
      input: buildCurlConfig(request),
      okCodes: 'any',
      timeoutMs: REGISTRY_TIMEOUT_MS + GRACE_MS,
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    throw isSlipwayError(error) && error.code === 'host.command-missing' ? noCurl(host, request) : error
  }
}

function noCurl(host: Host, request: RegistryRequest): SlipwayError {
  return new SlipwayError(
    'host.forwarding-forbidden',
    `${host.label} forbids SSH forwarding and has no curl, so Slipway cannot ask the registry ${request.url.host}.`,
    {
      hint: 'Allow `AllowTcpForwarding yes` in sshd_config, or install curl on the host.',
      state: 'Which versions exist could not be checked.',
    },
  )
}

/** A curl configuration file, as `-K` reads it. */
export function buildCurlConfig(request: RegistryRequest): string {
  const lines = [
    'silent',
    'show-error',
    'include',
    'http1.1',
    `max-time = ${REGISTRY_TIMEOUT_MS / 1000}`,
    'max-filesize = 8388608',
    `url = ${quote(request.url.href)}`,
    ...(request.method === 'HEAD' ? ['head'] : []),
    ...(request.anyCertificate ? ['insecure'] : []),
    ...Object.entries(request.headers).map(([name, value]) => `header = ${quote(`${name}: ${value}`)}`),
    ...(request.body === undefined ? [] : [`data = ${quote(request.body)}`]),
  ]
  return `${lines.join('\n')}\n`
}

function quote(value: string): string {
  return `"${value.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&')}"`
}

/** Head and body of curl's output. Heads of a proxy and interim answers come before the real one. */
export function parseCurlOutput(output: string): RegistryAnswer {
  let rest = output
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    const head = end === -1 ? rest : rest.slice(0, end)
    const body = end === -1 ? '' : rest.slice(end + 4)
    const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(head)?.[1] ?? 0)
    const isInterim = status >= 100 && (status < 200 || /^HTTP\/[\d.]+ 200 connection established/i.test(head))
    if (!isInterim || body === '') return { status, headers: parseHeaders(head), body: Buffer.from(body) }
    rest = body
  }
}

function parseHeaders(head: string): Record<string, string> {
  const lines = head.split('\r\n').slice(1)
  return Object.fromEntries(
    lines.flatMap((line) => {
      const colon = line.indexOf(':')
      return colon <= 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const]
    }),
  )
}
