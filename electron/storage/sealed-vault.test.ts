import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from './database.ts'
import type { Seal } from './seal.ts'
import { createSealedVault } from './sealed-vault.ts'

/** Reverses bits: enough to see whether plain text is written. */
const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff)
const seal: Seal = {
  available: true,
  seal: (secret) => flip(Buffer.from(secret)),
  open: (sealed) => Buffer.from(flip(sealed)).toString(),
}

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'vault-'))
  const file = join(folder, 'app.db')
  const { database } = openDatabase(file)
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  return { database, file }
}

test('a secret comes back as it was kept, and is not in the file', async () => {
  const { database, file } = setup()
  const vault = createSealedVault(database, seal)
  await vault.set('host/a/password', 'hunter2')
  await vault.set('host/a/password', 'hunter3')
  expect(await vault.get('host/a/password')).toBe('hunter3')
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  expect(readFileSync(file).includes('hunter')).toBe(false)
})

test('keys are listed by prefix, letter by letter', async () => {
  const { database } = setup()
  const vault = createSealedVault(database, seal)
  for (const key of ['host/a_b/x', 'host/a_b/y', 'host/acb/x', 'host/A_B/x']) await vault.set(key, '1')
  expect(await vault.list('host/a_b/')).toEqual(['host/a_b/x', 'host/a_b/y'])
  await vault.delete('host/a_b/x')
  expect(await vault.list('host/a_b/')).toEqual(['host/a_b/y'])
})

test('what another keychain sealed is as good as not kept', async () => {
  const { database } = setup()
  await createSealedVault(database, seal).set('key', 'value')
  const other: Seal = {
    ...seal,
    open: () => {
      throw new Error('decryption failed')
    },
  }
  expect(await createSealedVault(database, other).get('key')).toBeNull()
  expect(await createSealedVault(database, other).get('missing')).toBeNull()
})

test('without a keychain nothing is ever written, and the reason is told', async () => {
  const { database } = setup()
  const vault = createSealedVault(database, { available: false, reason: 'No keyring.' })
  await vault.set('key', 'value')
  expect(vault.availability()).toEqual({ available: false, reason: 'No keyring.' })
  expect(database.prepare('SELECT count(*) AS rows FROM secret').get()).toEqual({ rows: 0 })
})
