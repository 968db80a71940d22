import { expect, test } from 'vitest'
import type { ContainerRow } from '../docker/engine.ts'
import { groupProjects, isLeftover, LABELS } from './discovery.ts'

function row(name: string, labels: Record<string, string>, createdAtSeconds = 1): ContainerRow {
  const rest = { image: 'acme/api:1', imageId: 'sha256:1', state: 'running', statusText: 'Up' } as const
  return { id: name, name, labels, createdAtSeconds, ...rest }
}

function labels(project: string, change: Record<string, string> = {}): Record<string, string> {
  return {
    [LABELS.project]: project,
    [LABELS.directory]: `/srv/${project}`,
    [LABELS.files]: `/srv/${project}/compose.yaml`,
    [LABELS.service]: 'api',
    [LABELS.oneOff]: 'False',
    ...change,
  }
}

test('containers are grouped by their projects, by name', () => {
  const rows = [row('b-1', labels('b')), row('a-1', labels('a')), row('a-2', labels('a')), row('loner', {})]
  expect(groupProjects(rows).map(({ project, rows: own }) => [project.project, own.map(({ name }) => name)])).toEqual([
    ['a', ['a-1', 'a-2']],
    ['b', ['b-1']],
  ])
})

test('files and directories are those that the newest container was started with', () => {
  const old = row('old', labels('acme', { [LABELS.files]: '/old/compose.yaml' }), 1)
  const files = '/srv/acme/compose.yaml,/srv/acme/prod.yaml'
  const now = row('new', labels('acme', { [LABELS.files]: files, [LABELS.envFiles]: '/srv/acme/prod.env' }), 2)
  expect(groupProjects([old, now])[0]?.project).toEqual({
    project: 'acme',
    directory: '/srv/acme',
    files: ['/srv/acme/compose.yaml', '/srv/acme/prod.yaml'],
    envFiles: ['/srv/acme/prod.env'],
  })
})

test('a path that is not absolute is one of the project directory', () => {
  const one = row('a', labels('acme', { [LABELS.files]: 'compose.yaml, sub/other.yaml' }))
  expect(groupProjects([one])[0]?.project.files).toEqual(['/srv/acme/compose.yaml', '/srv/acme/sub/other.yaml'])
})

test('a one-off container makes no stack and speaks for none', () => {
  const oneOff = row('acme-api-run-1', labels('acme', { [LABELS.oneOff]: 'True', [LABELS.directory]: '/tmp' }), 9)
  expect(groupProjects([oneOff])).toEqual([])
  expect(groupProjects([row('a', labels('acme')), oneOff])[0]).toMatchObject({
    project: { directory: '/srv/acme' },
    rows: [{ name: 'a' }],
  })
})

test('a container that does not say where it comes from still shows its stack', () => {
  expect(groupProjects([row('a', { [LABELS.project]: 'acme' })])[0]?.project).toEqual({
    project: 'acme',
    directory: '',
    files: [],
    envFiles: [],
  })
})

test.each([
  ['0123456789ab_acme-api-1', true],
  ['acme-api-1', false],
  ['0123456789ab-acme', false],
  ['0123456789abc_acme-api-1', false],
])('%s is a leftover: %s', (name, expected) => {
  expect(isLeftover(name)).toBe(expected)
})
