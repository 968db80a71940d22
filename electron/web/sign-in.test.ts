import { expect, test } from 'vitest'
import { LINK_LIFETIME_MS, SignIn } from './sign-in.ts'

test('a token buys one session, once', () => {
  const signIn = new SignIn()
  const token = signIn.createToken()
  const session = signIn.exchange(token)
  expect(signIn.isSession(session ?? undefined)).toBe(true)
  expect(signIn.exchange(token)).toBeNull()
})

test('a token is worth nothing when its two minutes are over', () => {
  let now = 1000
  const signIn = new SignIn(() => now)
  const token = signIn.createToken()
  now += LINK_LIFETIME_MS
  expect(signIn.exchange(token)).toBeNull()
})

test('a new link ends the one before it', () => {
  const signIn = new SignIn()
  const first = signIn.createToken()
  const second = signIn.createToken()
  expect(signIn.exchange(first)).toBeNull()
  expect(signIn.exchange(second)).not.toBeNull()
})

test.each(['', 'guess', 'A'.repeat(43)])('%j is neither a token nor a session', (value) => {
  const signIn = new SignIn()
  signIn.createToken()
  expect(signIn.exchange(value)).toBeNull()
  expect(signIn.isSession(value)).toBe(false)
})

test('a token is not a session, and no cookie is no session', () => {
  const signIn = new SignIn()
  expect(signIn.isSession(signIn.createToken())).toBe(false)
  expect(signIn.isSession(undefined)).toBe(false)
})
