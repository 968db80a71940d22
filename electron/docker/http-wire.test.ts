import { describe, expect, it } from 'vitest'
import { AnswerParser, formatRequest, type HttpHead, type HttpRequest } from './http-wire.ts'

const request = { method: 'GET', path: '/info', host: 'docker' } as const
const format = (parts: Partial<HttpRequest>, keepAlive = true) =>
  String(formatRequest({ ...request, ...parts }, { keepAlive }))

describe('a request', () => {
  it('is a line, its headers and an empty line', () => {
    expect(format({ headers: { Accept: '*/*' } })).toBe('GET /info HTTP/1.1\r\nHost: docker\r\nAccept: */*\r\n\r\n')
  })

  it('tells where its socket is not to be kept', () => {
    expect(format({}, false)).toContain('\r\nConnection: close\r\n')
  })

  it('tells the length of its body in bytes, also of none that is sent', () => {
    expect(format({ method: 'POST', body: 'é=1' })).toMatch(/\r\nContent-Length: 4\r\n\r\né=1$/)
    expect(format({ method: 'POST' })).toMatch(/\r\nContent-Length: 0\r\n\r\n$/)
  })

  it.each<[string, Partial<HttpRequest>]>([
    ['a path with a line break', { path: '/x HTTP/1.1\r\nHost: other' }],
    ['a path that is none', { path: 'http://other/' }],
    ['a value with a line break', { headers: { Accept: 'a\r\nX: b' } }],
    ['a value that has no byte for a character', { headers: { Accept: 'a→b' } }],
    ['a name with a colon', { headers: { 'X: y': 'z' } }],
    ['a host with a line break', { host: 'docker\r\nX: y' }],
  ])('never becomes two by %s', (_name, parts) => {
    expect(() => format(parts)).toThrow(/cannot have/)
  })
})

/** Parses what comes in pieces of `size` bytes. */
function parse(
  text: string,
  { method = 'GET', size = text.length }: { method?: HttpRequest['method']; size?: number } = {},
) {
  const bytes = Buffer.from(text, 'latin1')
  let head: HttpHead | undefined
  let body = ''
  const parser = new AnswerParser(
    method,
    (told) => {
      head = told
    },
    (source, start, end) => {
      body += source.toString('latin1', start, end)
    },
  )
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size))
  return { parser, head, body, isComplete: parser.isComplete, keepsSocket: parser.keepsSocket }
}

const SIZED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nDigest: x\r\n\r\n'

describe('an answer', () => {
  it.each([
    ['of a length', SIZED],
    ['in chunks', CHUNKED],
    ['after an interim one', `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${SIZED}`],
    ['without a reason phrase', SIZED.replace(' OK', '')],
    ['whose codings come in two lines', CHUNKED.replace('chunked', 'identity\r\nTransfer-Encoding: Chunked')],
  ])('%s is whole, however it is cut', (_name, text) => {
    for (const size of [1, 2, 3, 7, text.length]) {
      expect(parse(text, { size })).toMatchObject({ body: 'hello', isComplete: true, keepsSocket: true })
    }
  })

  it.each<[string, string, HttpRequest['method']]>([
    ['to HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'HEAD'],
    ['with status 204', 'HTTP/1.1 204 No Content\r\n\r\n', 'POST'],
    ['with status 304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 'GET'],
  ])('%s has no body', (_name, text, method) => {
    expect(parse(text, { method })).toMatchObject({ body: '', isComplete: true, keepsSocket: true })
  })

  it('that tells no length ends with its socket, which is not kept', () => {
    const { parser, body, isComplete, keepsSocket } = parse('HTTP/1.1 200 OK\r\n\r\nhello')
    expect({ body, isComplete, keepsSocket }).toEqual({ body: 'hello', isComplete: false, keepsSocket: false })
    expect(() => parser.end()).not.toThrow()
  })

  it.each([
    ['says so', SIZED.replace('\r\n\r\n', '\r\nConnection: Close\r\n\r\n')],
    ['says so among other things', SIZED.replace('\r\n\r\n', '\r\nConnection: Upgrade\r\nConnection: close\r\n\r\n')],
    ['is of HTTP/1.0', SIZED.replace('HTTP/1.1', 'HTTP/1.0')],
    ['has more than it told', `${SIZED} and more`],
    ['has more than its last chunk', `${CHUNKED}more`],
  ])('whose server %s leaves no socket to keep', (_name, text) => {
    expect(parse(text)).toMatchObject({ body: 'hello', isComplete: true, keepsSocket: false })
  })

  it('has its headers by name in lower case, those that come twice as one', () => {
    const text =
      'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nwww-authenticate:Bearer realm="a:b"\r\nContent-Length: 0\r\n\r\n'
    const { head } = parse(text)
    expect([head?.status, head?.headers.get('www-authenticate')]).toEqual([401, 'Basic, Bearer realm="a:b"'])
  })

  it.each([
    ['is of another protocol, at once', 'SSH'],
    ['is of another version', 'HTTP/2 200 OK\r\n\r\n'],
    ['changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['is packed', CHUNKED.replace('chunked', 'gzip, chunked')],
    ['tells two lengths', CHUNKED.replace('\r\n', '\r\nContent-Length: 5\r\n')],
    ['has a header without a name', SIZED.replace('Content-Length', 'Content-Length ')],
    ['folds a header', SIZED.replace('\r\n\r\n', '\r\n  X: y\r\n\r\n')],
    ['has a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n'],
    ['has a chunk of no size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['has no end of its head', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
  ])('that %s is refused', (_name, text) => {
    expect(() => parse(text)).toThrow(Error)
  })

  it.each([
    ['before its head', 'HTTP/1.1 200 O', 'without an answer'],
    ['in its body', SIZED.slice(0, -1), 'cut short'],
    ['before its last chunk', CHUNKED.slice(0, -4), 'cut short'],
  ])('never seems whole where it ends %s', (_name, text, words) => {
    const { parser } = parse(text)
    expect(() => parser.end()).toThrow(words)
  })
})
