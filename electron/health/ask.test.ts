import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { httpRequestSchema } from '../../shared/runbook/request-schema.ts'
import { buildContainer, buildService } from '../stacks/container-fixture.ts'
import { ask } from './ask.ts'
import type { ProbedStack } from './probe-target.ts'

/** A stack whose service has this secret, and the sockets that were opened to it. */
function buildStack(secret: string) {
  const sockets: PassThrough[] = []
  const openSocket = () => {
    const socket = new PassThrough()
    sockets.push(socket)
    return socket
  }
  const stack = {
    session: { host: { status: { kind: 'connected', since: '' }, openSocket } },
    model: { services: { web: buildService('web', { environment: { KEY: secret } }) } },
    runbook: { secrets: [{ id: 'key', service: 'web', variable: 'KEY' }] },
    containers: { web: [buildContainer('web')] },
    pins: {},
  }
  return { stack: stack as unknown as ProbedStack, sockets }
}

test.each([
  ['a secret with a line break', 'correct\nhorse', {}, 'a header, or the value that is filled into it'],
  ['a secret beyond Latin-1', 'correct€horse', {}, 'a header, or the value that is filled into it'],
  ['a path with a space', 'correcthorse', { path: '/a b' }, 'its path holds a character'],
])('%s cannot be sent, which is told without the secret', async (_name, secret, change, reason) => {
  const { stack, sockets } = buildStack(secret)
  const headers = { 'X-Key': '${secret:key}' }
  const asked = await ask(stack, httpRequestSchema.parse({ service: 'web', port: 3000, path: '/', headers, ...change }))
  expect(asked).toMatchObject({ answer: null, failure: { kind: 'unasked', reason: expect.stringContaining(reason) } })
  expect(JSON.stringify(asked)).not.toMatch(/correct|horse/)
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true])
})
