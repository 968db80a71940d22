import type { HttpAnswer } from '../../shared/runbook/judge.ts'
import type { HttpRequest } from '../../shared/runbook/request-schema.ts'
import type { TemplateReference } from '../../shared/runbook/template.ts'
import type { Host } from '../hosts/host.ts'
import { readVariable } from '../stacks/read-variable.ts'
import { exchangeByCurl } from './http-by-curl.ts'
import { ExchangeError, exchange } from './http-exchange.ts'
import { buildMessage, type HttpMessage } from './http-message.ts'
import { type ProbedStack, resolveSecret, runningContainer } from './probe-target.ts'
import { type Address, findAddress, formatAddress } from './service-address.ts'

/** Hosts whose sshd was found to forbid TCP forwarding: asking them again would cost a round trip each time. */
const withoutForwarding = new WeakMap<Host, string>()

/** One request that was made, or could not be made. Not masked. */
export interface Asked {
  /** `GET http://127.0.0.1:5010/health`, references as the runbook writes them. */
  readonly request: string
  readonly answer: HttpAnswer | null
  /** Why there is no answer. `unasked`: it was not even sent. */
  readonly failure: { readonly kind: ExchangeError['failure'] | 'unasked'; readonly reason: string } | null
  readonly durationMs: number | null
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined
  /** Values of `${capture:…}` and `${run:…}`; undefined: not known. */
  readonly values?: (reference: TemplateReference) => string | undefined
}

/** Sends a runbook's request to the service's running container. Throws only when `signal` aborts. */
export async function ask(stack: ProbedStack, request: HttpRequest, options: AskOptions = {}): Promise<Asked> {
  const line = (authority: string) =>
    `${request.method} ${request.tls ? 'https' : 'http'}://${authority}${request.path}`
  const unasked = (reason: string): Asked => {
    const authority = `${request.service}:${request.port}`
    return { request: line(authority), answer: null, failure: { kind: 'unasked', reason }, durationMs: null }
  }
  const container = runningContainer(stack, request.service)
  if (container === null) return unasked(`${request.service} has no running container that could be asked.`)
  const address = findAddress(container, request.port)
  if (address === null) return unasked(`There is no way from the host to port ${request.port} of ${container.name}.`)
  const unknown: string[] = []
  const message = buildMessage(request, formatAddress(address), (reference) => {
    const value = resolveReference(stack, request.service, reference, options)
    if (value === undefined) unknown.push(reference.text)
    return value ?? ''
  })
  if (unknown.length > 0) return unasked(`No value is known for ${[...new Set(unknown)].join(', ')}.`)
  return send(stack, address, message, line(formatAddress(address)), request.timeoutSeconds * 1000, options.signal)
}

function resolveReference(
  stack: ProbedStack,
  service: string,
  reference: TemplateReference,
  { values }: AskOptions,
): string | undefined {
  if (reference.kind === 'secret') return resolveSecret(stack, reference.name) ?? undefined
  if (reference.kind === 'env') return readVariable(stack, service, reference.name) || undefined
  return values?.(reference)
}

async function send(
  { session: { host } }: ProbedStack,
  address: Address,
  message: HttpMessage,
  request: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Asked> {
  const startedAt = performance.now()
  const duration = () => Math.round(performance.now() - startedAt)
  try {
    const answer = await sendBestWay(host, address, message, { timeoutMs, signal })
    return { request, answer, failure: null, durationMs: duration() }
  } catch (error) {
    signal?.throwIfAborted()
    const failure = describeFailure(error)
    return { request, answer: null, failure, durationMs: failure.kind === 'unasked' ? null : duration() }
  }
}

/** Node's words for a request that cannot be written may quote what is in it, and a secret is. */
const UNWRITABLE: Readonly<Record<string, string>> = {
  ERR_INVALID_CHAR: 'a header, or the value that is filled into it, holds a character that HTTP does not allow there',
  ERR_UNESCAPED_CHARACTERS: 'its path holds a character that has to be escaped',
  ERR_INVALID_HTTP_TOKEN: 'a header has a name that HTTP does not allow',
}

function describeFailure(error: unknown): NonNullable<Asked['failure']> {
  if (error instanceof ExchangeError) return { kind: error.failure, reason: error.message }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // Anything else is a mistake of this app, to be reported by whoever asked.
  if (!code.startsWith('ERR_')) throw error
  return { kind: 'unasked', reason: `The request cannot be sent: ${UNWRITABLE[code] ?? code}.` }
}

async function sendBestWay(
  host: Host,
  address: Address,
  message: HttpMessage,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
): Promise<HttpAnswer> {
  const byCurl = () => exchangeByCurl(host, formatAddress(address), message, options)
  // Allowing it in sshd_config takes effect with the next connection.
  const connection = host.status.kind === 'connected' ? host.status.since : ''
  if (withoutForwarding.get(host) === connection) return byCurl()
  try {
    return await exchange(() => host.openSocket(address), message, options)
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.failure !== 'forbidden') throw error
    withoutForwarding.set(host, connection)
    return byCurl()
  }
}
