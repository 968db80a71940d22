import { format, inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Secret } from './secret.ts'

const VALUE = 'correct horse battery staple'
const secret = new Secret(VALUE)

it.each([
  ['a template', () => `${secret}`],
  ['concatenation', () => `x${String(secret)}`],
  ['JSON', () => JSON.stringify({ secret })],
  ['the inspector', () => inspect(secret)],
  ['the inspector looking at everything', () => inspect({ a: [secret] }, { showHidden: true, depth: null })],
  ['the inspector without custom forms', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['its keys', () => JSON.stringify([Object.entries(secret), { ...secret }, Object.getOwnPropertyNames(secret)])],
  ['an error', () => inspect(new Error('failed', { cause: secret }))],
  ['a structured clone', () => inspect(structuredClone(secret))],
])('%s does not show a secret', (_, show) => {
  expect(show()).not.toContain('horse')
})

it('says itself when asked to', () => {
  expect(secret.reveal()).toBe(VALUE)
})
