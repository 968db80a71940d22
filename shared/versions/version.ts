import semver from 'semver'

/** How one version follows another. `patch` covers what stays within `major.minor`, pre-releases included. */
export type Relation = 'patch' | 'minor' | 'major' | 'downgrade' | 'same' | 'unknown'

/**
 * `1.2.3-alpine` names a variant of an image, not a pre-release: sorting it before `1.2.3` would offer the wrong
 * image, so such tags are no versions.
 */
const VARIANT =
  /^(alpine|slim|bookworm|bullseye|buster|trixie|noble|jammy|focal|debian|ubuntu|ubi|distroless|fpm|apache|cli|windowsservercore|nanoserver|musl|glibc|amd64|arm64|arm|armv\d|386)/i

/**
 * The version in a tag: `1.4.2` for `v1.4.2` where the prefix is `v`. Null for everything that is not a full
 * semantic version behind exactly that prefix: `latest`, `0.10`, `v1.4.2` without a prefix, `16.8-alpine`.
 */
export function parseTag(tag: string, prefix = ''): string | null {
  if (!tag.startsWith(prefix)) return null
  const text = tag.slice(prefix.length)
  if (!/^\d/.test(text)) return null
  const parsed = semver.parse(text)
  if (parsed === null || VARIANT.test(String(parsed.prerelease[0] ?? ''))) return null
  return parsed.version
}

/** Whether what a service runs is a full version: `latest` and a digest are none. */
export function isVersion(current: string | null): current is string {
  return current !== null && parseTag(current) !== null
}

export function isPrerelease(version: string): boolean {
  return (semver.prerelease(version)?.length ?? 0) > 0
}

/** The word that a pre-release is named with: `beta` for `1.0.0-beta.41`. Null for a release. */
export function prereleaseLabel(version: string): string | null {
  const first = semver.prerelease(version)?.[0]
  return first === undefined ? null : String(first)
}

/** Newest first: `0.10.0` before `0.9.0`, and a pre-release after its release. */
export function sortVersions(versions: readonly string[]): string[] {
  return [...versions].sort((a, b) => semver.rcompare(a, b))
}

/** What going from one version to another is. Unknown where one of them is no version. */
export function relate(from: string | null, to: string | null): Relation {
  const [a, b] = [semver.parse(from), semver.parse(to)]
  if (a === null || b === null) return 'unknown'
  const order = b.compare(a)
  if (order === 0) return 'same'
  if (order < 0) return 'downgrade'
  if (a.major !== b.major) return 'major'
  return a.minor === b.minor ? 'patch' : 'minor'
}

/**
 * Whether a version is within a range such as `>=0.10.0 <0.12.0`. Pre-releases count by their place in the order.
 * `unknown` where the version is not known, so that a caller cannot take it for either answer.
 */
export function isInRange(version: string | null, range: string | undefined): 'yes' | 'no' | 'unknown' {
  if (range === undefined) return 'yes'
  if (version === null || semver.valid(version) === null) return 'unknown'
  return semver.satisfies(version, range, { includePrerelease: true }) ? 'yes' : 'no'
}

export function isValidRange(range: string): boolean {
  return semver.validRange(range) !== null
}
