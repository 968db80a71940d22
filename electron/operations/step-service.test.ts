import { expect, test } from 'vitest'
import type { Container } from '../docker/engine.ts'
import { buildContainer, buildService } from '../stacks/container-fixture.ts'
import { isOutdated } from './step-service.ts'

const services = [
  { name: 'job', kind: 'one-shot' },
  { name: 'agent', kind: 'pre-pull' },
]
const runbook = { services } as unknown as Parameters<typeof isOutdated>[0]['runbook']

/** Of a service that is to have two containers. */
function judge(service: string, ...changes: readonly Partial<Container>[]): boolean {
  const containers = { [service]: changes.map((change) => buildContainer(service, change)) }
  const model = { services: { [service]: buildService(service, { scale: 2 }) } }
  const stack = { model, containers, configHashes: { [service]: `${service}-hash` }, runbook }
  return isOutdated(stack, { service, imageId: `sha256:${service}` })
}

const ended = { state: 'exited', exitCode: 0 } as const

test.each([
  ['all containers are up to date', false, 'web', [{}, {}]],
  ['the second runs another image', true, 'web', [{}, { imageId: 'sha256:other' }]],
  ['the second was made from other files', true, 'web', [{}, { labels: {} }]],
  ['the second does not run', true, 'web', [{}, ended]],
  ['one is missing', true, 'web', [{}]],
  ['all are missing', true, 'web', []],
  ['there is one more than the files ask for', false, 'web', [{}, {}, {}]],
  ['it is a job that has ended well', false, 'job', [ended, ended]],
  ['it only brings its image, and never ran', false, 'agent', []],
] as const)('where %s, that a service has to be brought up is %s', (_title, expected, service, containers) => {
  expect(judge(service, ...containers)).toBe(expected)
})
