/** Registries answer these small requests at once, or they are in trouble. */
export const REGISTRY_TIMEOUT_MS = 20_000

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Take any certificate: the engine is configured to do so for this registry. */
  readonly anyCertificate: boolean
}

export interface RegistryAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}
