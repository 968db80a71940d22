import { describe, expect, it } from 'vitest'
import type { ComposeModel, ComposeService } from './compose.ts'
import { type AppliedState, areDependenciesSettled, chooseUpMode, findDependencies } from './compose-dependencies.ts'

const service = (name: string, dependsOn: Record<string, string>): ComposeService => ({
  name,
  image: name,
  build: false,
  environment: {},
  dependsOn: Object.fromEntries(Object.entries(dependsOn).map(([key, condition]) => [key, { condition }])),
  ports: [],
  volumes: [],
  hasHealthcheck: false,
  restart: null,
  memoryLimitBytes: null,
  profiles: [],
  scale: 1,
})
const model: Pick<ComposeModel, 'services'> = {
  services: {
    web: service('web', { api: 'service_started' }),
    api: service('api', { db: 'service_healthy', setup: 'service_completed_successfully' }),
    db: service('db', {}),
    setup: service('setup', { db: 'service_healthy' }),
  },
}
type Found = AppliedState['containers'][number]

const container = (name: string, change: Partial<Found> = {}): Found => ({
  state: 'running',
  health: 'healthy',
  exitCode: null,
  labels: {
    'com.docker.compose.service': name,
    'com.docker.compose.config-hash': `hash-${name}`,
    'com.docker.compose.image': `image-${name}`,
  },
  ...change,
})
const NAMES = ['web', 'api', 'db', 'setup']
const settled: AppliedState = {
  model,
  hashes: Object.fromEntries(NAMES.map((name) => [name, `hash-${name}`])),
  imageIds: Object.fromEntries(NAMES.map((name) => [name, `image-${name}`])),
  containers: [container('api'), container('db'), container('setup', { state: 'exited', exitCode: 0 })],
}
const nameOf = (found: Found): string | undefined => found.labels['com.docker.compose.service']
const withContainer = (changed: Found): AppliedState => ({
  ...settled,
  containers: settled.containers.map((old) => (nameOf(old) === nameOf(changed) ? changed : old)),
})

it('finds what services depend on, without themselves', () => {
  expect(findDependencies(model, ['web']).sort()).toEqual(['api', 'db', 'setup'])
  expect(findDependencies(model, ['web', 'api']).sort()).toEqual(['db', 'setup'])
  expect(findDependencies(model, ['db'])).toEqual([])
})

describe('a plain `up` of a service leaves the others alone', () => {
  it('when all that it depends on is applied and ready', () => {
    expect(areDependenciesSettled(settled, ['web'])).toBe(true)
  })

  it('when only what it does not depend on differs', () => {
    expect(areDependenciesSettled({ ...settled, hashes: { ...settled.hashes, web: 'x' } }, ['api'])).toBe(true)
  })

  it.each<[string, AppliedState]>([
    ['differs from the files', { ...settled, hashes: { ...settled.hashes, db: 'x' } }],
    ['has another image on the host now', { ...settled, imageIds: { ...settled.imageIds, db: 'x' } }],
    ['has no container', { ...settled, containers: settled.containers.filter((found) => nameOf(found) !== 'db') }],
    ['has one container too many', { ...settled, containers: [...settled.containers, container('db')] }],
    ['is stopped', withContainer(container('api', { state: 'exited' }))],
    ['is not healthy yet', withContainer(container('db', { health: 'starting' }))],
    ['failed to complete', withContainer(container('setup', { state: 'exited', exitCode: 1 }))],
  ])('but not when something that it depends on %s', (_name, state) => {
    expect(areDependenciesSettled(state, ['web'])).toBe(false)
  })
})

describe('services are brought up', () => {
  const alone = { alone: true, noStart: false }
  const gone = { ...settled, containers: settled.containers.filter((found) => nameOf(found) !== 'api') }

  it.each<[string, AppliedState, readonly string[], readonly string[], object]>([
    ['plainly, where they depend on nothing', settled, ['db'], [], { alone: false, noStart: false }],
    ['without a start by Compose, which would run jobs again', settled, ['web'], [], { alone: false, noStart: true }],
    ['alone, where something is not settled', gone, ['web'], [], alone],
    ['as if it were, where it will be by then', gone, ['web'], ['api'], { alone: false, noStart: true }],
  ])('%s', (_title, state, services, byThen, expected) => {
    expect(chooseUpMode(state, services, byThen)).toEqual(expected)
  })
})
