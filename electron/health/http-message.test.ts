// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { expect, test } from 'vitest'
import { httpRequestSchema } from '../../shared/runbook/request-schema.ts'
import { buildMessage } from './http-message.ts'

const values: Record<string, string> = { key: 's3cret', id: 'a/b c' }
const build = (request: object) =>
  buildMessage(
    httpRequestSchema.parse({ service: 'api', port: 80, path: '/', ...request }),
    '127.0.0.1:5010',
    ({ name }) => values[name] ?? '',
  )

test('references are filled in; in the path they are escaped', () => {
  const request = {
    method: 'POST',
    path: '/items/${capture:id}',
    headers: { Authorization: 'Bearer ${secret:key}' },
    body: { id: '${capture:id}' },
  }
  expect(build(request)).toEqual({
    method: 'POST',
    path: '/items/a%2Fb%20c',
    tls: false,
    headers: {
      Host: '127.0.0.1:5010',
      'User-Agent': 'slipway',
      Accept: '*/*',
      'Content-Type': 'application/json',
      Authorization: 'Bearer s3cret',
    },
    body: '{"id":"a/b c"}',
  })
})

test("the runbook's headers replace those that are sent anyhow, whatever their case", () => {
  const { headers } = build({
    host: 'app.example',
    headers: { 'user-agent': 'probe', accept: 'text/plain' },
    body: 'x',
  })
  expect(headers).toEqual({ Host: 'app.example', 'user-agent': 'probe', accept: 'text/plain' })
})
