import type { DatabaseSync } from 'node:sqlite'
import { noVault, type Vault } from '../hosts/vault.ts'
import type { Seal } from './seal.ts'

/** Secrets in the data file, each sealed by the OS keychain; no vault where there is none to seal with. */
export function createSealedVault(database: DatabaseSync, seal: Seal): Vault {
  if (!seal.available) return noVault(seal.reason)
  const select = database.prepare('SELECT sealed FROM secret WHERE key = ?')
  const upsert = database.prepare(
    'INSERT INTO secret (key, sealed) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed',
  )
  const remove = database.prepare('DELETE FROM secret WHERE key = ?')
  const byPrefix = database.prepare('SELECT key FROM secret WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key')
  return {
    availability: () => ({ available: true, reason: null }),
    get: async (key) => {
      const sealed = select.get(key)?.sealed
      return sealed instanceof Uint8Array ? openOrNull(seal, sealed) : null
    },
    set: async (key, value) => {
      upsert.run(key, seal.seal(value))
    },
    delete: async (key) => {
      remove.run(key)
    },
    list: async (prefix) => byPrefix.all(prefix).map((row) => String(row.key)),
  }
}

/** A secret that another keychain sealed (a restored home folder) is as good as none: the person is asked again. */
function openOrNull(seal: Seal & { available: true }, sealed: Uint8Array): string | null {
  try {
    return seal.open(sealed)
  } catch {
    return null
  }
}
