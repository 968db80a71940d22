import type { AvailableVersion, ServiceVersions, Versions } from '../../shared/contract/stacks.ts'
import { count } from './format.ts'

export type Checked = Extract<Versions, { kind: 'checked' }>

/** A service that can go to a newer version by itself. */
export interface OwnUpgrade {
  readonly service: string
  readonly from: string | null
  readonly to: AvailableVersion
}

/** What to offer first: the newest version that all services have, else each service's own. */
export type Offer =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'each-own'; readonly upgrades: readonly OwnUpgrade[] }

/** Upgrades of single services that the newest version of all does not bring. */
export function findOwnUpgrades({ services, newest }: Pick<Checked, 'services' | 'newest'>): OwnUpgrade[] {
  const own = services.flatMap(({ service, current, standing, newest: to }) =>
    standing === 'newer' && to !== null && to.missingFor.length === 0 ? [{ service, from: current, to }] : [],
  )
  return own.every(({ to }) => to.version === newest) ? [] : own
}

/**
 * Where all services run one version and only some have a newer one, nothing is offered first: the release may not be
 * whole yet, and a stack of mixed versions has to be wanted.
 */
export function chooseOffer(versions: Pick<Checked, 'services' | 'newest'>): Offer | null {
  if (versions.newest !== null) return { kind: 'version', version: versions.newest }
  const upgrades = findOwnUpgrades(versions)
  const numbersApart = new Set(versions.services.map(({ current }) => current)).size > 1
  return upgrades.length > 0 && numbersApart ? { kind: 'each-own', upgrades } : null
}

/** What a plan of these upgrades goes to. */
export function targetOf(upgrades: readonly OwnUpgrade[]): Record<string, string> {
  return Object.fromEntries(upgrades.map(({ service, to }) => [service, to.version]))
}

/** The words of the button: `Upgrade to 0.11.0`, `Upgrade 3 services`. */
export function describeOffer(offer: Offer): string {
  if (offer.kind === 'version') return `Upgrade to ${offer.version}`
  const [first, ...more] = offer.upgrades
  if (first !== undefined && more.length === 0) return `Upgrade ${first.service} to ${first.to.version}`
  return `Upgrade ${count(offer.upgrades.length, 'service')}`
}

/** How the stack stands to the registry where nothing is offered. */
export interface Standing {
  readonly kind: 'up-to-date' | 'newer-for-some' | 'tag-moved' | 'tag-same' | 'unknown'
  readonly title: string
  readonly detail: string | null
}

/** The word that needs most attention stands for all; "up to date" needs every service. */
export function describeStanding(services: readonly ServiceVersions[]): Standing {
  const having = (standing: ServiceVersions['standing']) => services.filter((one) => one.standing === standing)
  const newer = having('newer')
  if (newer.length > 0) {
    return { kind: 'newer-for-some', title: 'Newer for some services only', detail: describeNewer(newer, services) }
  }
  const moved = having('tag-moved')
  if (moved.length > 0) {
    const title = `${nameTags(moved)} ${tagsOf(moved).length === 1 ? 'points' : 'point'} to another image now`
    return { kind: 'tag-moved', title, detail: forWhom(moved, services) }
  }
  const unknown = having('unknown')
  const [first] = unknown
  if (first !== undefined || services.length === 0) {
    const more = unknown.length > 1 ? ` Nor can it be told for ${listNames(unknown.slice(1))}.` : ''
    const detail = first === undefined ? null : `${first.service}: ${first.reason}${more}`
    return { kind: 'unknown', title: 'Cannot tell whether something newer exists', detail }
  }
  const same = having('tag-same')
  if (same.length > 0) {
    const title = `${nameTags(same)} ${tagsOf(same).length === 1 ? 'is' : 'are'} what runs`
    return { kind: 'tag-same', title, detail: forWhom(same, services) }
  }
  return { kind: 'up-to-date', title: 'Up to date', detail: null }
}

function describeNewer(newer: readonly ServiceVersions[], services: readonly ServiceVersions[]): string {
  const versions = [...new Set(newer.flatMap(({ newest }) => newest?.version ?? []))]
  if (versions.length > 1) return `${versions.join(', ')} exist for ${listNames(newer)}`
  const others = services.filter((one) => !newer.includes(one))
  const lacking = others.length === 0 ? '' : `, and not for ${listNames(others)}`
  return `${versions[0]} exists for ${listNames(newer)}${lacking}`
}

function tagsOf(services: readonly ServiceVersions[]): string[] {
  return [...new Set(services.map(({ current }) => current ?? 'latest'))]
}

function nameTags(services: readonly ServiceVersions[]): string {
  return tagsOf(services)
    .map((tag) => `“${tag}”`)
    .join(' and ')
}

function forWhom(some: readonly ServiceVersions[], all: readonly ServiceVersions[]): string | null {
  return all.length === 1 ? null : `for ${some.length === all.length ? `all ${all.length} services` : listNames(some)}`
}

/** More would not fit where it is said; the version picker has them all. */
const MOST_NAMES = 3

function listNames(services: readonly Pick<ServiceVersions, 'service'>[]): string {
  const names = services.map(({ service }) => service)
  if (names.length <= MOST_NAMES) return names.join(', ')
  return `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${count(names.length - MOST_NAMES + 1, 'more service')}`
}
