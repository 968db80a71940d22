import { expect, test } from 'vitest'
import { createElectronDouble } from './electron-double.ts'
import { sealWithSafeStorage } from './safe-storage-seal.ts'

test('a keychain seals and opens', () => {
  const seal = sealWithSafeStorage(createElectronDouble().api, 'linux')
  if (!seal.available) throw new Error(seal.reason)
  const sealed = seal.seal('a secret')
  expect(Buffer.from(sealed).toString()).not.toContain('secret')
  expect(seal.open(sealed)).toBe('a secret')
})

test.each([
  ['no keyring on Linux, which would mean a key written in the program', { backend: 'basic_text' }, 'no keyring'],
  ['no keychain at all', { available: false }, 'not available'],
])('refused with a reason: %s', (_name, given, reason) => {
  const double = createElectronDouble()
  Object.assign(double.secrets, given)
  expect(sealWithSafeStorage(double.api, 'linux')).toEqual({
    available: false,
    reason: expect.stringContaining(reason),
  })
})
