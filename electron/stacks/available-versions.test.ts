import { describe, expect, test } from 'vitest'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { askedRepository, buildVersions, type ServiceTags } from './available-versions.ts'

function policy(versions: object = {}, services: readonly object[] = [{ name: 'api' }]) {
  return runbookSchema.parse({ slipway: 1, id: 'a', name: 'A', match: { images: ['a'] }, services, versions })
}

const tags = ['latest', '0.10', '0.9.0', '0.10.0', '0.10.1', '0.11.0', '0.12.0-rc.1', 'sha-abc1234']
const channels = ['1.0.0-beta.9', '1.0.0-beta.41', '1.0.0-rc.1', '1.0.0-rc.2']
const now = '2026-01-01T00:00:00Z'

function serviceTags(service: string, current: string | null, own: readonly string[] = tags): ServiceTags {
  return { service, current, tags: own, place: `the image of ${service}`, tag: null }
}
const api = (current: string | null, own?: readonly string[]) => serviceTags('api', current, own)
const web = (current: string | null, own?: readonly string[]) => serviceTags('web', current, own)

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
    ['what all services have', [api('0.9.0'), web('0.9.0', ['0.9.0', '0.10.0'])], {}, '0.10.0'],
    ['none where they share none', [api('0.9.0'), web('0.9.0', ['0.9.0'])], {}, null],
    ['no downgrade of one service', [api('0.9.0'), web('0.99.0')], {}, null],
    ['the newest pre-release of the channel', [api('1.0.0-beta.9', channels)], { channel: 'beta' }, '1.0.0-beta.41'],
    ['a release above the channel', [api('1.0.0-beta.9', [...channels, '1.0.0'])], { channel: 'beta' }, '1.0.0'],
    ['none in an empty registry', [api('0.9.0', [])], {}, null],
  ])('%s', (_title, services, versions, newest) => {
    expect(buildVersions(services, policy(versions), now).newest).toBe(newest)
  })
})

test('a version that some services lack names them', () => {
  const { versions } = buildVersions([api('0.10.0'), web('0.10.0', ['0.10.0'])], policy(), now)
  expect(versions.find(({ version }) => version === '0.11.0')?.missingFor).toEqual(['web'])
  expect(versions.find(({ version }) => version === '0.10.0')?.missingFor).toEqual([])
})

test('nothing is said of how a version relates to a moving tag', () => {
  const { versions, current } = buildVersions([api('latest')], policy(), now)
  expect(new Set(versions.map(({ relation }) => relation))).toEqual(new Set(['unknown']))
  expect(current).toBe('latest')
})

test('services of different versions are told by the gravest relation', () => {
  const { versions, current } = buildVersions([api('0.10.0'), web('0.9.0')], policy(), now)
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
  const services = [{ name: 'api' }, { name: 'web', tagPrefix: 'web-' }]
  const { versions, newest } = buildVersions(
    [api('1.0.0', ['1.0.0', '1.1.0', '1.2.0']), web('1.0.0', ['web-1.0.0', 'web-1.1.0', '1.2.0'])],
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

describe('release notes', () => {
  const notesOf = (services: readonly ServiceTags[], releaseNotes: string, version: string) =>
    buildVersions(services, policy({ releaseNotes }), now).versions.find((one) => one.version === version)?.releaseNotes

  test('are addressed by service and version, for each service that has the version', () => {
    const services = [api('0.10.0', ['0.10.0', '0.10.1']), web('0.10.0', ['0.10.0', '0.10.1', '0.11.0'])]
    const template = 'https://example.com/{service}-v{version}'
    expect(notesOf(services, template, '0.10.1')).toEqual([
      { service: 'api', url: 'https://example.com/api-v0.10.1' },
      { service: 'web', url: 'https://example.com/web-v0.10.1' },
    ])
    expect(notesOf(services, template, '0.11.0')).toEqual([{ service: 'web', url: 'https://example.com/web-v0.11.0' }])
  })

  test('that are one page for all services are named once', () => {
    expect(notesOf([api('0.10.0'), web('0.10.0')], 'https://example.com/{version}', '0.11.0')).toEqual([
      { service: 'api', url: 'https://example.com/0.11.0' },
    ])
  })
})

describe('each service is held against its own tags', () => {
  const judge = (services: readonly ServiceTags[], versions: object = {}) =>
    buildVersions(services, policy(versions), now).services.map(({ service, standing, reason, newest }) => [
      service,
      standing,
      reason,
      newest?.version ?? null,
    ])

  test('of a product whose services number their versions apart', () => {
    // As Monlight publishes them.
    const services = [
      serviceTags('error-tracker', '0.9.0', ['0.8.0', '0.9.0', '0.10.0', 'latest']),
      serviceTags('log-viewer', '0.8.0', ['0.8.0', '0.9.0']),
      serviceTags('metrics-collector', '0.4.0', ['0.4.0', '0.5.0']),
      serviceTags('browser-relay', '0.4.0', ['0.3.0', '0.4.0']),
    ]
    expect(judge(services)).toEqual([
      ['error-tracker', 'newer', '0.10.0 is newer than 0.9.0.', '0.10.0'],
      ['log-viewer', 'newer', '0.9.0 is newer than 0.8.0.', '0.9.0'],
      ['metrics-collector', 'newer', '0.5.0 is newer than 0.4.0.', '0.5.0'],
      ['browser-relay', 'newest', 'Nothing newer than 0.4.0 exists.', null],
    ])
    const { newest, versions } = buildVersions(services, policy(), now)
    expect(newest).toBeNull()
    // Each is held against those services alone that have it.
    expect(versions.map(({ version, relation }) => `${version} ${relation}`)).toEqual([
      '0.10.0 minor',
      '0.9.0 minor',
      '0.8.0 downgrade',
      '0.5.0 minor',
      '0.4.0 current',
      '0.3.0 downgrade',
    ])
  })

  test.each<[string, string | null, readonly string[], object, string, string]>([
    ['the newest runs', '0.11.0', tags, {}, 'newest', 'Nothing newer than 0.11.0 exists, pre-releases apart.'],
    ['the newest pre-release runs', '0.12.0-rc.1', tags, {}, 'newest', 'Nothing newer than 0.12.0-rc.1 exists.'],
    ['what runs is ahead of the registry', '0.99.0', tags, {}, 'newest', 'Nothing newer than 0.99.0 exists.'],
    ['a newer one exists', '0.10.1', tags, {}, 'newer', '0.11.0 is newer than 0.10.1.'],
    [
      'a newer pre-release is wanted',
      '0.11.0',
      tags,
      { prereleases: true },
      'newer',
      '0.12.0-rc.1 is newer than 0.11.0.',
    ],
    [
      'nothing can be ordered',
      '0.9.0',
      ['latest', 'main'],
      {},
      'unknown',
      'The registry has no version of it that Slipway can order.',
    ],
    ['nobody knows what runs', null, tags, {}, 'unknown', 'Nobody knows which version it runs.'],
  ])('where %s', (_title, current, own, versions, standing, reason) => {
    expect(judge([api(current, own)], versions)[0]?.slice(1, 3)).toEqual([standing, reason])
  })

  test('where a moving tag runs by what its tag points to, however many versions there are', () => {
    const tag = { standing: 'tag-moved', reason: 'latest points to another image now.' } as const
    expect(judge([{ ...api('latest'), tag }])).toEqual([
      ['api', 'tag-moved', 'latest points to another image now.', null],
    ])
  })

  test('with those whose version is written in the same place', () => {
    const shared = (service: string, own: readonly string[]) => ({
      ...serviceTags(service, '1.0.0', own),
      place: '.env VERSION',
    })
    const worker = shared('worker', ['1.0.0', '1.1.0'])
    expect(judge([shared('api', ['1.0.0', '1.1.0', '1.2.0']), worker, web('1.0.0', ['1.0.0'])])).toEqual([
      ['api', 'newer', '1.1.0 is newer than 1.0.0.', '1.1.0'],
      ['worker', 'newer', '1.1.0 is newer than 1.0.0.', '1.1.0'],
      ['web', 'newest', 'Nothing newer than 1.0.0 exists.', null],
    ])
    const { services } = buildVersions([shared('api', ['1.0.0', '1.1.0']), shared('worker', ['1.0.0'])], policy(), now)
    expect(services[0]).toMatchObject({
      standing: 'newer',
      reason: '1.1.0 is newer than 1.0.0, but not there for worker, whose version is written in the same place.',
      newest: { version: '1.1.0', missingFor: ['worker'] },
    })
  })
})

test.each([
  [{}, '0.11.0', false],
  [{}, '0.12.0-rc.1', true],
  [{ prereleases: true }, '0.11.0', true],
  [{ channel: 'rc' }, '0.11.0', true],
])(
  'pre-releases are offered unasked where the policy %j wants them, or one runs: %s',
  (versions, current, expected) => {
    expect(buildVersions([api(current)], policy(versions), now).prereleases).toBe(expected)
  },
)
