import { z } from 'zod'

/** Every form of manifest that Slipway reads; without this list registries convert to one that nobody wants. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const digestSchema = z.string().regex(/^sha(256|512):[0-9a-f]{64,128}$/)
const descriptorSchema = z.object({ digest: digestSchema, size: z.number().nonnegative() })

const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
})
const indexSchema = z.object({
  manifests: z.array(descriptorSchema.extend({ platform: platformSchema.optional() })),
})
const imageSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) })

/** A tag's manifest: of several platforms, or of one. */
export const manifestSchema = z.union([
  indexSchema.transform((index) => ({ kind: 'index' as const, ...index })),
  imageSchema.transform((image) => ({ kind: 'image' as const, ...image })),
])
export type Manifest = z.infer<typeof manifestSchema>

export const imageConfigSchema = z.object({
  created: z.string().nullish(),
  architecture: z.string().default(''),
  os: z.string().default(''),
  config: z.object({ Env: z.array(z.string()).nullish() }).nullish(),
  rootfs: z.object({ diff_ids: z.array(z.string()).default([]) }).nullish(),
})

export interface Platform {
  readonly os: string
  readonly architecture: string
}

/** Digest of an index's manifest for a platform; null when it has none. Attestations (`unknown/unknown`) match nothing. */
export function choosePlatform(index: Extract<Manifest, { kind: 'index' }>, platform: Platform): string | null {
  const match = index.manifests.find(
    (entry) => entry.platform?.os === platform.os && entry.platform.architecture === platform.architecture,
  )
  return match?.digest ?? null
}

/** `linux/amd64, linux/arm64`, for people. */
export function listPlatforms(index: Extract<Manifest, { kind: 'index' }>): string {
  const known = index.manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === 'unknown' ? [] : [`${platform.os}/${platform.architecture}`],
  )
  return [...new Set(known)].join(', ')
}

/** When the image was built; builds that want to be reproducible write the year 1, 1970 or 1980, which says nothing. */
export function builtAt(created: string | null | undefined): string | null {
  const time = created === null || created === undefined ? Number.NaN : Date.parse(created)
  return Number.isNaN(time) || new Date(time).getUTCFullYear() <= 1980 ? null : new Date(time).toISOString()
}

/** The next page of a list, from the `Link` header; null on the last one, and for a link that leads elsewhere. */
export function nextPage(link: string | undefined, current: URL): URL | null {
  const target = /<([^>]+)>\s*;[^,]*\brel\s*=\s*"?next"?/i.exec(link ?? '')?.[1]
  if (target === undefined || !URL.canParse(target, current.href)) return null
  const next = new URL(target, current)
  return next.host === current.host ? new URL(`${next.pathname}${next.search}`, current) : null
}
