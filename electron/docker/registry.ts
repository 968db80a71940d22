/** What a registry knows of one tag for one architecture. */
export interface RemoteImage {
  /** Digest to pull by: of the index where the tag is one, so that every architecture pulls by the same digest. */
  readonly digest: string
  /** Digest of the manifest for the host's architecture. */
  readonly platformDigest: string
  /** From the lowest on, as they are sent: compressed. */
  readonly layers: readonly { readonly digest: string; readonly sizeBytes: number }[]
  /** The same layers as an engine knows them: unpacked. */
  readonly diffIds: readonly string[]
  /** `NAME=value`, as its containers get it. */
  readonly environment: readonly string[]
  /** From the image config, ISO 8601; null where it has none. */
  readonly createdAt: string | null
}

/**
 * A Docker registry, asked from the host's side (through its connection, with its credentials where it has
 * them), since only the host must be able to reach it. Errors: `registry.*`, each with its own cause.
 */
export interface Registry {
  /** All tags, following pagination. */
  tags(repository: string, options?: { readonly signal?: AbortSignal }): Promise<string[]>
  /** Null when the tag does not exist; `docker.wrong-architecture` when it has no image for the platform. */
  resolve(
    repository: string,
    tag: string,
    platform: { readonly os: string; readonly architecture: string },
    options?: { readonly signal?: AbortSignal },
  ): Promise<RemoteImage | null>
}
