import { describe, expect, test } from 'vitest'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { askedRepository, buildVersions, type ServiceTags } from './available-versions.ts'

function policy(versions: object = {}, services: readonly object[] = [{ name: 'api' }]) {
  return runbookSchema.parse({ slipway: 1, id: 'a', name: 'A', match: { images: ['a'] }, services, versions })
}

const tags = ['latest', '0.10', '0.9.0', '0.10.0', '0.10.1', '0.11.0', '0.12.0-rc.1', 'sha-abc1234']
const channels = ['1.0.0-beta.9', '1.0.0-beta.41', '1.0.0-rc.1', '1.0.0-rc.2']
const now = '2026-01-01T00:00:00Z'

function api(current: string | null, own: readonly string[] = tags): ServiceTags {
  return { service: 'api', current, tags: own }
}

test('full versions are listed newest first, with how they relate to what runs', () => {
  const { versions, current, newest } = buildVersions([api('0.10.0')], policy(), now)
  expect(versions.map(({ version, relation, prerelease }) => `${version} ${relation} ${prerelease}`)).toEqual([
    '0.12.0-rc.1 minor true',
    '0.11.0 minor false',
    '0.10.1 patch false',
    '0.10.0 current false',
    '0.9.0 downgrade false',
  ])
  expect({ current, newest }).toEqual({ current: '0.10.0', newest: '0.11.0' })
})

describe('the newest version is', () => {
  test.each<[string, readonly ServiceTags[], object, string | null]>([
    ['none when up to date', [api('0.11.0')], {}, null],
    ['none when what runs is newer than the registry', [api('0.99.0')], {}, null],
    ['a pre-release where the product offers them', [api('0.11.0')], { prereleases: true }, '0.12.0-rc.1'],
    ['a pre-release where one runs', [api('0.12.0-rc.0')], {}, '0.12.0-rc.1'],
    ['none when the pre-release that runs is the newest', [api('0.12.0-rc.1')], {}, null],
    ['the newest release when what runs is a moving tag', [api('latest')], {}, '0.11.0'],
    [
      'what all services have',
      [api('0.9.0'), { service: 'web', current: '0.9.0', tags: ['0.9.0', '0.10.0'] }],
      {},
      '0.10.0',
    ],
    ['none where they share none', [api('0.9.0'), { service: 'web', current: '0.9.0', tags: ['0.9.0'] }], {}, null],
    ['no downgrade of one service', [api('0.9.0'), { service: 'web', current: '0.99.0', tags }], {}, null],
    ['the newest pre-release of the channel', [api('1.0.0-beta.9', channels)], { channel: 'beta' }, '1.0.0-beta.41'],
    ['a release above the channel', [api('1.0.0-beta.9', [...channels, '1.0.0'])], { channel: 'beta' }, '1.0.0'],
    ['none in an empty registry', [api('0.9.0', [])], {}, null],
  ])('%s', (_title, services, versions, newest) => {
    expect(buildVersions(services, policy(versions), now).newest).toBe(newest)
  })
})

test('a version that some services lack names them', () => {
  const web = { service: 'web', current: '0.10.0', tags: ['0.10.0'] }
  const { versions } = buildVersions([api('0.10.0'), web], policy(), now)
  expect(versions.find(({ version }) => version === '0.11.0')?.missingFor).toEqual(['web'])
  expect(versions.find(({ version }) => version === '0.10.0')?.missingFor).toEqual([])
})

test('nothing is said of how a version relates to a moving tag', () => {
  const { versions, current } = buildVersions([api('latest')], policy(), now)
  expect(new Set(versions.map(({ relation }) => relation))).toEqual(new Set(['unknown']))
  expect(current).toBe('latest')
})

test('services of different versions are told by the gravest relation', () => {
  const { versions, current } = buildVersions(
    [api('0.10.0'), { service: 'web', current: '0.9.0', tags }],
    policy(),
    now,
  )
  expect(versions.find(({ version }) => version === '0.10.0')?.relation).toBe('minor')
  expect(current).toBe('0.10.0, 0.9.0')
})

test('tags are read and written with the prefix of the product', () => {
  const own = ['v1.4.2', '1.5.0', 'v1.5.0']
  const { versions } = buildVersions([api('1.4.2', own)], policy({ tagPrefix: 'v' }), now)
  expect(versions.map(({ version, tag }) => [version, tag])).toEqual([
    ['1.5.0', 'v1.5.0'],
    ['1.4.2', 'v1.4.2'],
  ])
})

test('pre-releases of other channels are not offered, but what runs is', () => {
  const { versions } = buildVersions([api('1.0.0-rc.1', [...channels, '0.9.0'])], policy({ channel: 'beta' }), now)
  expect(versions.map(({ version }) => version)).toEqual(['1.0.0-rc.1', '1.0.0-beta.41', '1.0.0-beta.9', '0.9.0'])
})

test('each service is read with its own prefix', () => {
  const web = { service: 'web', current: '1.0.0', tags: ['web-1.0.0', 'web-1.1.0', '1.2.0'] }
  const services = [{ name: 'api' }, { name: 'web', tagPrefix: 'web-' }]
  const { versions, newest } = buildVersions(
    [api('1.0.0', ['1.0.0', '1.1.0', '1.2.0']), web],
    policy({}, services),
    now,
  )
  expect(newest).toBe('1.1.0')
  expect(versions.map(({ version, missingFor }) => `${version} ${missingFor.join()}`)).toEqual([
    '1.2.0 web',
    '1.1.0 ',
    '1.0.0 ',
  ])
})

test.each([
  ['ghcr.io/acme/api', undefined, 'ghcr.io/acme/api'],
  ['ghcr.io/acme/api', 'registry.example.com:5000', 'registry.example.com:5000/acme/api'],
  ['postgres', 'registry.example.com', 'registry.example.com/library/postgres'],
])('tags of %s, where the runbook names the registry %s, are asked of %s', (repository, registry, expected) => {
  expect(askedRepository(repository, registry)).toBe(expected)
})

test('release notes are addressed by service and version', () => {
  const releaseNotes = 'https://example.com/{service}-v{version}'
  const { versions } = buildVersions([api('0.10.0')], policy({ releaseNotes }), now)
  expect(versions[0]?.releaseNotes).toBe('https://example.com/api-v0.12.0-rc.1')
})
