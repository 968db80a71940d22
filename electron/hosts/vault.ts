/** Where secrets are kept when the user asks for it: the OS keychain, or nowhere. */
export interface Vault {
  /** Whether secrets can be kept, and if not, why, in a sentence. */
  availability(): { readonly available: boolean; readonly reason: string | null }
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  /** Keys that begin with `prefix`. */
  list(prefix: string): Promise<string[]>
}

/** A vault for runtimes that have no keychain. */
export function noVault(reason: string): Vault {
  return {
    availability: () => ({ available: false, reason }),
    get: async () => null,
    set: async () => {},
    delete: async () => {},
    list: async () => [],
  }
}
