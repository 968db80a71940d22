import { isSlipwayError } from '../../shared/errors.ts'
import type { HttpAnswer } from '../../shared/runbook/judge.ts'
import type { Host } from '../hosts/host.ts'
import { ExchangeError, type ExchangeFailure, MAX_BODY_BYTES } from './http-exchange.ts'
import type { HttpMessage } from './http-message.ts'
import type { ExchangeLimits } from './within-limits.ts'

/** curl's own deadline comes first, so that its reason is the one that is told. */
const GRACE_MS = 5_000
/** curl cannot be told to stop after the first bytes; an answer beyond this ends it. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024
/** https://curl.se/libcurl/c/libcurl-errors.html */
const FAILURES: Readonly<Record<number, readonly [ExchangeFailure, string]>> = {
  7: ['refused', 'Nobody listens there: the connection was refused.'],
  28: ['timeout', 'No whole answer in time.'],
  52: ['cut', 'The connection was closed without an answer.'],
  56: ['cut', 'The connection was cut before the whole answer was there.'],
}

/**
 * The same as `exchange`, by the host's own curl, for hosts whose sshd forbids TCP forwarding. Everything goes
 * through standard input: an argument list can be read by every user of the host.
 */
export async function exchangeByCurl(
  host: Host,
  authority: string,
  message: HttpMessage,
  { timeoutMs, signal }: ExchangeLimits,
): Promise<HttpAnswer> {
  const { stdout, code, stderr } = await runCurl(host, buildCurlConfig(authority, message, timeoutMs), {
    timeoutMs,
    signal,
  })
  if (code === 0) return parseCurlAnswer(stdout)
  const [failure, reason] = FAILURES[code ?? -1] ?? ['not-http', `curl says: ${stderr.trim().slice(0, 300)}.`]
  throw new ExchangeError(failure, reason)
}

async function runCurl(host: Host, input: string, { timeoutMs, signal }: ExchangeLimits) {
  try {
    return await host.exec(['curl', '-q', '-K', '-'], {
      input,
      okCodes: 'any',
      timeoutMs: timeoutMs + GRACE_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    if (!isSlipwayError(error)) throw error
    if (error.code === 'host.command-failed')
      throw new ExchangeError('cut', 'The answer is too long to be judged.', error)
    throw new ExchangeError('lost', error.message, error)
  }
}

type CurlOption = readonly [name: string, value?: string]

/** See curl(1), `--config`. */
export function buildCurlConfig(authority: string, message: HttpMessage, timeoutMs: number): string {
  const lines = curlOptions(authority, message, timeoutMs).map(([name, value]) =>
    value === undefined ? name : `${name} = ${quote(value)}`,
  )
  return `${lines.join('\n')}\n`
}

/** The same for a command line to be shown, where no secret is filled in. */
export function buildCurlArgv(authority: string, message: HttpMessage, timeoutMs: number): string[] {
  const options = curlOptions(authority, message, timeoutMs).flatMap(([name, value]) =>
    value === undefined ? [`--${name}`] : [`--${name}`, value],
  )
  return ['curl', '-q', ...options]
}

function curlOptions(authority: string, message: HttpMessage, timeoutMs: number): CurlOption[] {
  const { method, path, headers, body, tls } = message
  return [
    ['url', `${tls ? 'https' : 'http'}://${authority}${path}`],
    method === 'HEAD' ? ['head'] : ['request', method],
    ...Object.entries(headers).map(
      ([name, value]): CurlOption => ['header', value === '' ? `${name};` : `${name}: ${value}`],
    ),
    ...(body === null ? [] : [['data-raw', body] as const]),
    ...(body === null || 'Content-Type' in headers ? [] : [['header', 'Content-Type:'] as const]),
    ['max-time', String(timeoutMs / 1000)],
    ['globoff'],
    ['path-as-is'],
    ['insecure'],
    ['include'],
    ['silent'],
    ['show-error'],
    ['noproxy', '*'],
    ['http1.1'],
  ]
}

function quote(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
  return `"${escaped}"`
}

/** Head and body as `--include` prints them, interim answers left out. */
export function parseCurlAnswer(output: string): HttpAnswer {
  const final = output.replace(/^(?:HTTP\/[\d.]+ 1\d\d[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)+/, '')
  const end = /\r?\n\r?\n/.exec(final)
  const status = /^HTTP\/[\d.]+ (\d{3})/.exec(final)?.[1]
  if (end === null || status === undefined)
    throw new ExchangeError('not-http', 'The answer is not of the protocol that was asked.')
  const [, ...lines] = final.slice(0, end.index).split(/\r?\n/)
  const body = final.slice(end.index + end[0].length)
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const truncated = Buffer.byteLength(body) > MAX_BODY_BYTES
  return {
    status: Number(status),
    headers: Object.fromEntries(headers),
    body: Buffer.from(body).subarray(0, MAX_BODY_BYTES).toString('utf8'),
    truncated,
  }
}
