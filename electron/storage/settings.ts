import type { DatabaseSync } from 'node:sqlite'
import type { z } from 'zod'

/** Small values of this computer, each under a key with its own schema. */
export interface SettingsStore {
  /** Null when it was never set, or when what is stored does not fit the schema any more. */
  get<T>(key: string, schema: z.ZodType<T>): T | null
  set(key: string, value: unknown): void
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function createSettingsStore(database: DatabaseSync): SettingsStore {
  const select = database.prepare('SELECT value FROM setting WHERE key = ?')
  const upsert = database.prepare(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  return {
    get: (key, schema) => {
      const row = select.get(key)
      return row === undefined ? null : (schema.safeParse(parseJson(String(row.value))).data ?? null)
    },
    set: (key, value) => {
      upsert.run(key, JSON.stringify(value))
    },
  }
}
