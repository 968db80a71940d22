import type { AvailableVersion, Versions } from '../../shared/contract/stacks.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { type TagRules, tagPrefixOf } from '../../shared/runbook/tag-prefix.ts'
import {
  isPrerelease,
  parseTag,
  prereleaseLabel,
  type Relation,
  relate,
  sortVersions,
} from '../../shared/versions/version.ts'
import { resolveReference } from '../docker/resolve-reference.ts'

export interface ServiceTags {
  readonly service: string
  /** What the service runs: a version, or the words of its tag where that is none. */
  readonly current: string | null
  /** All tags of its repository. */
  readonly tags: readonly string[]
}

type Policy = Runbook['versions']
type Checked = Extract<Versions, { kind: 'checked' }>

/** The versions that a registry has for these services, newest first, and how each relates to what runs. Pure. */
export function buildVersions(
  services: readonly ServiceTags[],
  runbook: Pick<Runbook, 'versions'> & TagRules,
  checkedAt: string,
): Checked {
  const policy = runbook.versions
  const prefixOf = (service: string | undefined) => tagPrefixOf(runbook, service ?? '')
  const byService = services.map((one) => ({ ...one, versions: versionsIn(one.tags, prefixOf(one.service)) }))
  const found = sortVersions([...new Set(byService.flatMap(({ versions }) => [...versions]))])
  const all = found.filter(
    (version) => isInChannel(version, policy) || services.some(({ current }) => current === version),
  )
  const versions = all.map((version): AvailableVersion => {
    return {
      version,
      tag: `${prefixOf(services[0]?.service)}${version}`,
      prerelease: isPrerelease(version),
      missingFor: byService.filter((one) => !one.versions.has(version)).map(({ service }) => service),
      relation: relateAll(services, version),
      releaseNotes: releaseNotes(policy, services[0]?.service, version),
    }
  })
  return {
    kind: 'checked',
    checkedAt,
    current: currentOf(services),
    versions,
    newest: newestOf(versions, services, policy),
  }
}

/** Where a product has a channel, pre-releases of others are not for this stack. */
function isInChannel(version: string, { channel }: Policy): boolean {
  const label = prereleaseLabel(version)
  return channel === undefined || label === null || label === channel
}

function versionsIn(tags: readonly string[], prefix: string): Set<string> {
  return new Set(tags.flatMap((tag) => parseTag(tag, prefix) ?? []))
}

/** The repository whose tags are asked for: that of the image, in the registry that the runbook names. */
export function askedRepository(repository: string, registry: string | undefined): string {
  return registry === undefined ? repository : `${registry}/${resolveReference(repository).repository}`
}

/** What runs; a list where the services differ. */
function currentOf(services: readonly ServiceTags[]): string | null {
  const distinct = [...new Set(services.flatMap(({ current }) => current ?? []))]
  return distinct.length === 0 ? null : distinct.join(', ')
}

/** The gravest word wins: what is a downgrade for one service is no upgrade. */
const GRAVITY: readonly Relation[] = ['unknown', 'downgrade', 'major', 'minor', 'patch', 'same']

function relateAll(services: readonly ServiceTags[], version: string): AvailableVersion['relation'] {
  const relations = services.map(({ current }) => relate(current, version))
  const gravest = GRAVITY.find((relation) => relations.includes(relation)) ?? 'unknown'
  return gravest === 'same' ? 'current' : gravest
}

function releaseNotes({ releaseNotes: template }: Policy, service: string | undefined, version: string): string | null {
  if (template === undefined) return null
  return template.replaceAll('{version}', version).replaceAll('{service}', service ?? '')
}

/**
 * The newest version that every service has and that is an upgrade. Pre-releases count where the product offers them
 * unasked or has a channel of them, or where one runs already.
 */
function newestOf(
  versions: readonly AvailableVersion[],
  services: readonly ServiceTags[],
  policy: Policy,
): string | null {
  const runsPrerelease = services.some(
    ({ current }) => current !== null && parseTag(current) !== null && isPrerelease(current),
  )
  const wantsPrereleases = policy.prereleases || policy.channel !== undefined || runsPrerelease
  const isOffered = (version: AvailableVersion) =>
    version.missingFor.length === 0 &&
    version.relation !== 'downgrade' &&
    version.relation !== 'current' &&
    (wantsPrereleases || !version.prerelease)
  return versions.find(isOffered)?.version ?? null
}
