import { expect, test } from 'vitest'
import { buildCurlConfig, parseCurlAnswer } from './http-by-curl.ts'

test('a request is written as a config file of curl, with everything quoted', () => {
  const headers = { Host: 'app.example', 'X-API-Key': 'a"b\\c', 'X-Empty': '' }
  const config = buildCurlConfig(
    '127.0.0.1:5010',
    { method: 'POST', path: '/api?q="x"', tls: false, headers, body: '{"a":"line\nnext"}' },
    5_000,
  )
  expect(config.split('\n').slice(0, 8)).toEqual([
    'url = "http://127.0.0.1:5010/api?q=\\"x\\""',
    'request = "POST"',
    'header = "Host: app.example"',
    'header = "X-API-Key: a\\"b\\\\c"',
    'header = "X-Empty;"',
    'data-raw = "{\\"a\\":\\"line\\nnext\\"}"',
    'header = "Content-Type:"',
    'max-time = "5"',
  ])
})

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nok', 200, { 'content-type': 'text/plain' }, 'ok'],
  [
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nA: 1\r\n\r\n{}\r\n\r\nmore',
    201,
    { a: '1' },
    '{}\r\n\r\nmore',
  ],
  ['HTTP/1.0 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n', 503, { 'retry-after': '1' }, ''],
])('%j is read as %i', (output, status, headers, body) => {
  expect(parseCurlAnswer(output)).toEqual({ status, headers, body, truncated: false })
})

test.each(['', 'not http', 'HTTP/1.1 200 OK'])('%j is no answer', (output) => {
  expect(() => parseCurlAnswer(output)).toThrow(/not of the protocol/)
})
