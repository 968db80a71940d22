import { describe, expect, it } from 'vitest'
import type { AvailableVersion, ServiceVersions } from '../../shared/contract/stacks.ts'
import { chooseOffer, describeOffer, describeStanding, findOwnUpgrades } from './version-offer.ts'

const version = (name: string, missingFor: string[] = []): AvailableVersion => ({
  version: name,
  tag: name,
  prerelease: false,
  missingFor,
  relation: 'minor',
  releaseNotes: [],
})
const service = (
  name: string,
  standing: ServiceVersions['standing'],
  current: string | null = '1.0.0',
  newest: AvailableVersion | null = null,
): ServiceVersions => ({ service: name, current, standing, reason: `Reason of ${name}.`, newest })

/** As Monlight publishes its services. */
const APART = [
  service('error-tracker', 'newer', '0.9.0', version('0.10.0')),
  service('log-viewer', 'newer', '0.8.0', version('0.9.0')),
  service('browser-relay', 'newest', '0.4.0'),
]

describe('what is offered', () => {
  it('is the newest version that all services have', () => {
    const services = [
      service('api', 'newer', '1.0.0', version('1.1.0')),
      service('web', 'newer', '1.0.0', version('1.1.0')),
    ]
    expect(chooseOffer({ services, newest: '1.1.0' })).toEqual({ kind: 'version', version: '1.1.0' })
    expect(findOwnUpgrades({ services, newest: '1.1.0' })).toEqual([])
  })

  it('is each service’s own where they number theirs apart', () => {
    expect(chooseOffer({ services: APART, newest: null })).toEqual({
      kind: 'each-own',
      upgrades: [
        { service: 'error-tracker', from: '0.9.0', to: version('0.10.0') },
        { service: 'log-viewer', from: '0.8.0', to: version('0.9.0') },
      ],
    })
  })

  it('is said with the version where there is one', () => {
    const upgrades = findOwnUpgrades({ services: APART, newest: null })
    expect(describeOffer({ kind: 'version', version: '1.1.0' })).toBe('Upgrade to 1.1.0')
    expect(describeOffer({ kind: 'each-own', upgrades })).toBe('Upgrade 2 services')
    expect(describeOffer({ kind: 'each-own', upgrades: upgrades.slice(1) })).toBe('Upgrade log-viewer to 0.9.0')
  })

  it('is nothing where a release is there for some services only, though they can be chosen', () => {
    const services = [service('api', 'newer', '1.0.0', version('1.1.0')), service('web', 'newest')]
    expect(chooseOffer({ services, newest: null })).toBeNull()
    expect(findOwnUpgrades({ services, newest: null })).toHaveLength(1)
  })

  it('is nothing that a service which shares the pin does not have', () => {
    const services = [service('api', 'newer', '1.0.0', version('1.1.0', ['worker'])), service('web', 'newest', '2.0.0')]
    expect(findOwnUpgrades({ services, newest: null })).toEqual([])
    expect(chooseOffer({ services, newest: null })).toBeNull()
  })
})

describe('how a stack stands where nothing is offered', () => {
  const many = (standing: ServiceVersions['standing'], current: string | null) =>
    ['api', 'web', 'worker', 'cron', 'mail'].map((name) => service(name, standing, current))

  it.each<[string, ServiceVersions[], ReturnType<typeof describeStanding>]>([
    [
      'everything was compared',
      [service('api', 'newest'), service('web', 'newest', '2.0.0')],
      { kind: 'up-to-date', title: 'Up to date', detail: null },
    ],
    [
      'one service has a newer version',
      [service('api', 'newer', '1.0.0', version('1.1.0')), service('web', 'newest')],
      {
        kind: 'newer-for-some',
        title: 'Newer for some services only',
        detail: '1.1.0 exists for api, and not for web',
      },
    ],
    [
      'services have different newer versions',
      APART,
      {
        kind: 'newer-for-some',
        title: 'Newer for some services only',
        detail: '0.10.0, 0.9.0 exist for error-tracker, log-viewer',
      },
    ],
    [
      'the tag of the only service has moved',
      [service('api', 'tag-moved', 'latest')],
      { kind: 'tag-moved', title: '“latest” points to another image now', detail: null },
    ],
    [
      'the tags of some services have moved',
      [service('api', 'tag-moved', 'latest'), service('web', 'tag-moved', 'main'), service('db', 'unknown', null)],
      { kind: 'tag-moved', title: '“latest” and “main” point to another image now', detail: 'for api, web' },
    ],
    [
      'the tags are what runs',
      many('tag-same', 'latest'),
      { kind: 'tag-same', title: '“latest” is what runs', detail: 'for all 5 services' },
    ],
    [
      'one service cannot be compared, and the others are the newest',
      [service('api', 'newest'), service('web', 'unknown', 'latest')],
      { kind: 'unknown', title: 'Cannot tell whether something newer exists', detail: 'web: Reason of web.' },
    ],
    [
      'nothing can be compared',
      many('unknown', 'latest'),
      {
        kind: 'unknown',
        title: 'Cannot tell whether something newer exists',
        detail: 'api: Reason of api. Nor can it be told for web, worker and 2 more services.',
      },
    ],
  ])('because %s', (_why, services, standing) => {
    expect(describeStanding(services)).toEqual(standing)
  })
})
