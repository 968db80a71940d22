import { type BodyListener, ChunkedBody } from './chunked-body.ts'

/** The head of an answer has some hundred bytes, a registry's some thousand. */
const MAX_HEAD_BYTES = 64 * 1024
const EMPTY = Buffer.alloc(0)
const BEGINNING = 'HTTP/1.'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly path: string
  /** Value of the Host header. */
  readonly host: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}

export interface HttpHead {
  readonly status: number
  /** By name in lower case; what comes twice is joined by a comma. */
  readonly headers: ReadonlyMap<string, string>
}

/** Pure: a request as it is sent (RFC 9112). Throws where a part of it would end its line and begin another. */
export function formatRequest(request: HttpRequest, { keepAlive }: { readonly keepAlive: boolean }): Buffer {
  const { method, path, host, headers = {}, body } = request
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw new Error('The path of a request has characters that it cannot have.')
  let head = `${method} ${path} HTTP/1.1\r\n${formatHeader('Host', host)}`
  for (const [name, value] of Object.entries(headers)) head += formatHeader(name, value)
  if (!keepAlive) head += 'Connection: close\r\n'
  if (body !== undefined || method === 'POST') head += `Content-Length: ${Buffer.byteLength(body ?? '')}\r\n`
  head += '\r\n'
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')])
}

function formatHeader(name: string, value: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new Error('A header has a name that it cannot have.')
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    throw new Error(`The header ${name} has characters that it cannot have.`)
  return `${name}: ${value}\r\n`
}

/** Takes the answer to one request apart as it comes, without copying its body. */
export class AnswerParser {
  readonly #hasBody: boolean
  readonly #onHead: (head: HttpHead) => void
  readonly #onBody: BodyListener
  #held: Buffer = EMPTY
  #keeps = false
  #body: Body | null = null

  constructor(method: HttpRequest['method'], onHead: (head: HttpHead) => void, onBody: BodyListener) {
    this.#hasBody = method !== 'HEAD'
    this.#onHead = onHead
    this.#onBody = onBody
  }

  /** Throws where this is no HTTP. */
  push(chunk: Buffer): void {
    if (this.#body === null) this.#pushHead(chunk)
    else this.#body.push(chunk, 0)
  }

  #pushHead(chunk: Buffer): void {
    const held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    let start = 0
    for (;;) {
      const end = held.indexOf('\r\n\r\n', start)
      if (end === -1) break
      const { version, ...head } = parseHead(held.toString('latin1', start, end))
      start = end + 4
      if (head.status === 101) throw new Error('The answer changes to a protocol that was not asked for.')
      // An interim answer: the real one comes after it.
      if (head.status < 200) continue
      this.#body = this.#openBody(head)
      this.#keeps = version === '1.1' && !tokensOf(head, 'connection').includes('close')
      this.#held = EMPTY
      this.#onHead(head)
      this.#body.push(held, start)
      return
    }
    this.#held = held.subarray(start)
    const begin = this.#held.toString('latin1', 0, BEGINNING.length)
    if (!BEGINNING.startsWith(begin)) throw new Error('The answer is not HTTP.')
    if (this.#held.length > MAX_HEAD_BYTES) throw new Error('The answer has no head.')
  }

  /** The socket has ended. Throws where something was still to come. */
  end(): void {
    if (this.#body === null) throw new Error('The connection was closed without an answer.')
    if (!this.#body.endsWithSocket && !this.#body.isComplete) throw new Error('The answer was cut short.')
  }

  get isComplete(): boolean {
    return this.#body?.isComplete ?? false
  }

  /** After a complete answer, whether the socket serves another request. */
  get keepsSocket(): boolean {
    return this.#keeps && this.isComplete && this.#body?.hasExcess === false
  }

  #openBody(head: HttpHead): Body {
    const { status, headers } = head
    if (!this.#hasBody || status === 204 || status === 304) return new SizedBody(0, this.#onBody)
    const codings = tokensOf(head, 'transfer-encoding').filter((coding) => coding !== 'identity')
    if (codings.some((coding) => coding !== 'chunked')) {
      throw new Error('The answer is packed in a way that was not asked for.')
    }
    const length = headers.get('content-length')
    if (codings.length > 0) {
      if (length !== undefined) throw new Error('The answer tells two lengths.')
      return new ChunkedBody(this.#onBody)
    }
    if (length !== undefined && !/^\d{1,15}$/.test(length))
      throw new Error('The answer has no length that is a number.')
    return new SizedBody(length === undefined ? Number.POSITIVE_INFINITY : Number(length), this.#onBody)
  }
}

function parseHead(text: string): HttpHead & { readonly version: string } {
  const [first = '', ...lines] = text.split('\r\n')
  const [, version, status] = /^HTTP\/(1\.[01]) (\d{3})(?: |$)/.exec(first) ?? []
  if (version === undefined) throw new Error('The answer is not HTTP.')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([^\s:]+):(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) throw new Error('The answer has a header without a name.')
    const key = name.toLowerCase()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`)
  }
  return { version, status: Number(status), headers }
}

/** What a header lists, in lower case. */
function tokensOf({ headers }: HttpHead, name: string): string[] {
  const value = headers.get(name)
  return value === undefined ? [] : value.split(',').map((token) => token.trim().toLowerCase())
}

interface Body {
  push(source: Buffer, start: number): void
  readonly isComplete: boolean
  /** More came than belongs to it. */
  readonly hasExcess: boolean
  /** The answer says nothing of its length. */
  readonly endsWithSocket: boolean
}

class SizedBody implements Body {
  #left: number
  readonly #onBody: BodyListener
  readonly endsWithSocket: boolean

  constructor(sizeBytes: number, onBody: BodyListener) {
    this.#left = sizeBytes
    this.#onBody = onBody
    this.endsWithSocket = sizeBytes === Number.POSITIVE_INFINITY
  }

  push(source: Buffer, start: number): void {
    const end = Math.min(source.length, start + Math.max(0, this.#left))
    this.#left -= source.length - start
    if (end > start) this.#onBody(source, start, end)
  }

  get isComplete(): boolean {
    return this.#left <= 0
  }

  get hasExcess(): boolean {
    return this.#left < 0
  }
}
