import { expect, it } from 'vitest'
import { buildCurlConfig, parseCurlOutput } from './curl.ts'

it('writes every secret into the configuration, quoted so that no value starts another line', () => {
  const config = buildCurlConfig({
    method: 'HEAD',
    url: new URL('https://reg.example/v2/a/manifests/1'),
    headers: { Authorization: 'Bearer a"b\\c\nurl = "evil"' },
    anyCertificate: true,
  })
  expect(config.split('\n')).toEqual([
    ...['silent', 'show-error', 'include', 'http1.1', 'max-time = 20', 'max-filesize = 8388608'],
    ...['url = "https://reg.example/v2/a/manifests/1"', 'head', 'insecure'],
    ...['header = "Authorization: Bearer a\\"b\\\\curl = \\"evil\\""', ''],
  ])
})

it.each([
  ['plain', 'HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody', 200, 'body'],
  ['of a HEAD', 'HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n', 404, ''],
  ['after a proxy', 'HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 401 No\r\nA: b\r\n\r\n{}', 401, '{}'],
  ['after an interim one', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\nx\r\n\r\ny', 200, 'x\r\n\r\ny'],
])('reads an answer %s', (_name, output, status, body) => {
  const answer = parseCurlOutput(output)
  expect({ status: answer.status, a: answer.headers.a, body: answer.body.toString() }).toEqual({ status, a: 'b', body })
})
