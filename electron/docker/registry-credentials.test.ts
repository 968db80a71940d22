import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { RegistryCredentials, toAuthHeader } from './registry-credentials.ts'

const credentials = new RegistryCredentials('localhost:5000', 'deploy', 'open sesame?')

it('never print their secret', () => {
  const printed = [String(credentials), JSON.stringify({ credentials }), inspect({ credentials }, { showHidden: true })]
  expect(printed.join()).not.toContain('sesame')
  expect(printed.join()).toContain('[redacted]')
})

it.each([
  [credentials, { username: 'deploy', password: 'open sesame?', serveraddress: 'localhost:5000' }],
  [new RegistryCredentials('r', '<token>', 'abc'), { identitytoken: 'abc', serveraddress: 'r' }],
])('reach the engine in the form and padding that it insists on', (given, expected) => {
  const header = toAuthHeader(given)
  expect(header.length % 4).toBe(0)
  expect(header).not.toMatch(/[+/]/)
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual(expected)
})
