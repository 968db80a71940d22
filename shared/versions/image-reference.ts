/** A Docker image reference taken apart. `repository` includes the registry as written. */
export interface ImageReference {
  readonly repository: string
  readonly tag: string | null
  /** `sha256:…`, null without one. */
  readonly digest: string | null
}

/** Takes `registry:5000/name:tag@sha256:…` apart: a colon before the last slash belongs to a port, not to a tag. */
export function parseImageReference(reference: string): ImageReference {
  const [named = '', digest = null] = reference.split('@', 2)
  const colon = named.lastIndexOf(':')
  if (colon <= named.lastIndexOf('/')) return { repository: named, tag: null, digest }
  return { repository: named.slice(0, colon), tag: named.slice(colon + 1), digest }
}

/** The same reference with another tag. A digest is dropped: it would go on naming the old image. */
export function replaceTag(reference: string, tag: string): string {
  return `${parseImageReference(reference).repository}:${tag}`
}

/** Twelve characters of a digest or image id, as people read them. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12)
}
