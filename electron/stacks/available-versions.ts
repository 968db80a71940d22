import type { AvailableVersion, ServiceVersions, Versions } from '../../shared/contract/stacks.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { type TagRules, tagPrefixOf } from '../../shared/runbook/tag-prefix.ts'
import {
  isPrerelease,
  isVersion,
  parseTag,
  prereleaseLabel,
  type Relation,
  relate,
  sortVersions,
} from '../../shared/versions/version.ts'
import { resolveReference } from '../docker/resolve-reference.ts'
import type { TagStanding } from './tag-standing.ts'

export interface ServiceTags {
  readonly service: string
  /** What the service runs: a version, or the words of its tag where that is none. */
  readonly current: string | null
  /** All tags of its repository. */
  readonly tags: readonly string[]
  /** Where its version is written: services of one place go together. */
  readonly place: string
  /** Where what it runs is no version: how its tag stands. */
  readonly tag: TagStanding | null
}

type Policy = Runbook['versions']
type Rules = Pick<Runbook, 'versions'> & TagRules
type Checked = Extract<Versions, { kind: 'checked' }>

/** The versions that a registry has for these services, newest first, and how each relates to what runs. Pure. */
export function buildVersions(services: readonly ServiceTags[], runbook: Rules, checkedAt: string): Checked {
  const prereleases = wantsPrereleases(services, runbook.versions)
  const versions = listVersions(services, runbook)
  return {
    kind: 'checked',
    checkedAt,
    current: currentOf(services),
    versions,
    newest: findNewest(versions, prereleases)?.version ?? null,
    services: services.map((one) => judgeService(one, services, runbook, prereleases)),
    prereleases,
  }
}

function listVersions(services: readonly ServiceTags[], runbook: Rules): AvailableVersion[] {
  const policy = runbook.versions
  const prefixOf = (service: string) => tagPrefixOf(runbook, service)
  const byService = services.map((one) => ({ ...one, versions: versionsIn(one.tags, prefixOf(one.service)) }))
  const found = sortVersions([...new Set(byService.flatMap(({ versions }) => [...versions]))])
  const all = found.filter(
    (version) => isInChannel(version, policy) || services.some(({ current }) => current === version),
  )
  return all.map((version): AvailableVersion => {
    const having = byService.filter((one) => one.versions.has(version))
    return {
      version,
      tag: `${prefixOf(having[0]?.service ?? '')}${version}`,
      prerelease: isPrerelease(version),
      missingFor: byService.filter((one) => !having.includes(one)).map(({ service }) => service),
      relation: relateAll(having, version),
      releaseNotes: releaseNotes(policy, having, version),
    }
  })
}

/** How one service stands to what the registry has for it, whatever the others have. */
function judgeService(
  one: ServiceTags,
  services: readonly ServiceTags[],
  runbook: Rules,
  prereleases: boolean,
): ServiceVersions {
  const { service, current } = one
  const judged = (standing: ServiceVersions['standing'], reason: string, newest: AvailableVersion | null = null) => {
    return { service, current, standing, reason, newest }
  }
  if (!isVersion(current)) {
    const { standing, reason } = one.tag ?? { standing: 'unknown', reason: 'Nobody knows which version it runs.' }
    return judged(standing, reason)
  }
  const own = listVersions([one], runbook)
  if (own.length === 0) return judged('unknown', 'The registry has no version of it that Slipway can order.')
  const newest = findNewest(own, prereleases)
  if (newest === null) {
    const apart = findNewest(own, true) === null ? '' : ', pre-releases apart'
    return judged('newest', `Nothing newer than ${current} exists${apart}.`)
  }
  const together = services.filter(({ place }) => place === one.place)
  const shared = listVersions(together, runbook)
  const upgrades = own.filter(isUpgrade).map(({ version }) => version)
  const possible = findNewest(
    shared.filter(({ version }) => upgrades.includes(version)),
    prereleases,
  )
  if (possible !== null) return judged('newer', `${possible.version} is newer than ${current}.`, possible)
  const { missingFor = [] } = shared.find(({ version }) => version === newest.version) ?? {}
  const lacking = missingFor.join(', ')
  const reason = `${newest.version} is newer than ${current}, but not there for ${lacking}, whose version is written in the same place.`
  return judged('newer', reason, { ...newest, missingFor })
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

function releaseNotes(
  { releaseNotes: template }: Policy,
  services: readonly ServiceTags[],
  version: string,
): AvailableVersion['releaseNotes'] {
  if (template === undefined) return []
  const pages = services.map(({ service }) => ({
    service,
    url: template.replaceAll('{version}', version).replaceAll('{service}', service),
  }))
  return pages.filter(({ url }, index) => pages.findIndex((page) => page.url === url) === index)
}

/** Pre-releases count where the product offers them unasked or has a channel of them, or where one runs already. */
function wantsPrereleases(services: readonly ServiceTags[], policy: Policy): boolean {
  const runsOne = services.some(({ current }) => isVersion(current) && isPrerelease(current))
  return policy.prereleases || policy.channel !== undefined || runsOne
}

/** The newest version that every service has and that is an upgrade. */
function findNewest(versions: readonly AvailableVersion[], prereleases: boolean): AvailableVersion | null {
  return (
    versions.find(
      (version) => version.missingFor.length === 0 && isUpgrade(version) && (prereleases || !version.prerelease),
    ) ?? null
  )
}

function isUpgrade({ relation }: AvailableVersion): boolean {
  return relation !== 'downgrade' && relation !== 'current'
}
