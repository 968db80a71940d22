import { expect, it } from 'vitest'
import { Secret } from './secret.ts'
import { SecretKeeper } from './secret-keeper.ts'
import { noVault } from './vault.ts'

it('goes on with a secret that the keychain does not take, and says so where it would offer to keep one', async () => {
  const locked = {
    ...noVault(''),
    availability: () => ({ available: true, reason: null }),
    set: async () => Promise.reject(new Error('the keychain is locked')),
  }
  const secrets = new SecretKeeper('vm', locked)
  expect(secrets.canSave).toBe(true)
  await secrets.keep('password', new Secret('hunter2'), true)
  expect((await secrets.find('password'))?.reveal()).toBe('hunter2')
  expect(secrets.canSave).toContain('the keychain is locked')
  expect(secrets.canSave).not.toContain('hunter2')
})
