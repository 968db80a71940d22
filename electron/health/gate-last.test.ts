import { describe, expect, test } from 'vitest'
import type { GateEvidence } from '../../shared/contract/operations.ts'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { buildService } from '../stacks/container-fixture.ts'
import { bootRulesOf, judgeBootLines } from './boot-log.ts'
import { findOpen } from './gate-last.ts'
import { judgeValue } from './query-probe.ts'
import { judgeReported } from './reported-version.ts'
import { expectedFor, judgeSchema } from './schema-evidence.ts'

test.each([
  ['30', '39', '39', 'passed', 'Version 30 → 39.'],
  ['30', '39', null, 'passed', 'Version 30 → 39.'],
  ['39', '39', '39', 'passed', 'Version 39, unchanged.'],
  ['30', '30', '39', 'failed', 'Version 30, unchanged, expected 39.'],
  ['30', '38', '39', 'failed', 'Version 30 → 38, expected 39.'],
  ['39', '30', null, 'warning', 'Version 39 → 30: older than before.'],
  [null, '39', '39', 'passed', 'Version 39; not known before.'],
  [null, '39', null, 'unknown', 'Version 39; not known before.'],
  ['30', null, '39', 'failed', 'The database names no schema version, expected 39.'],
  ['30', null, null, 'unknown', 'The database names no schema version.'],
  ['0003_schemas', '0004_rbac', '0004_rbac', 'passed', 'Version 0003_schemas → 0004_rbac.'],
] as const)('a schema that was %s and is %s, where %s is expected, has %s', (before, after, expected, ...judged) => {
  const wanted = expected === null ? null : { versions: '*', value: expected }
  expect(judgeSchema(before, after, wanted)).toEqual(judged)
})

test.each([
  ['3', '4', 'passed', 'Version 3 → 4.'],
  ['4', '5', 'passed', 'Version 4 → 5.'],
  ['3', '3', 'failed', 'Version 3, unchanged, expected at least 4.'],
  ['3', 'four', 'failed', 'Version 3 → four, expected at least 4.'],
  ['3', null, 'failed', 'The database names no schema version, expected at least 4.'],
] as const)('a schema that was %s and is %s, where 4 or more is expected, has %s', (before, after, ...judged) => {
  expect(judgeSchema(before, after, { versions: '*', atLeast: 4 })).toEqual(judged)
})

test('without a service named for it, each that keeps a schema migrates when it starts', () => {
  const runbook = runbookSchema.parse({
    slipway: 1,
    id: 'acme',
    name: 'Acme',
    match: { images: ['**/acme/*'] },
    services: [{ name: 'api' }, { name: 'worker' }, { name: 'proxy' }],
    backup: {
      datasets: ['api', 'worker', 'proxy'].map((service) => {
        return { kind: 'sqlite', id: service, service, path: '/data/a.db' }
      }),
    },
    migrations: {
      at: 'boot',
      failedLog: 'failed',
      schemaVersions: ['api', 'worker'].map((dataset) => ({ dataset, query: 'SELECT 1' })),
    },
  })
  const services = Object.fromEntries(runbook.services.map(({ name }) => [name, buildService(name)]))
  const stack = { runbook, model: { name: 'acme', services, volumes: {}, networks: {}, warnings: [] } }
  const watched = ['api', 'worker', 'proxy'].filter((service) => bootRulesOf(stack, service) !== null)
  expect(watched).toEqual(['api', 'worker'])
  const named = { ...stack, runbook: { ...runbook, migrations: { ...runbook.migrations, service: 'worker' } } }
  expect(bootRulesOf(named, 'api')).toBeNull()
})

test('the first range that a version fits says what is expected of its schema', () => {
  const question = {
    dataset: 'app',
    query: 'SELECT 1',
    expected: [
      { versions: '<1.1', value: '30' },
      { versions: '>=1.1', value: '39' },
      { versions: '*', value: '0' },
    ],
  }
  expect(expectedFor(question, '1.0.9')).toMatchObject({ value: '30' })
  expect(expectedFor(question, '1.1.0-rc.1')).toMatchObject({ value: '39' })
  expect(expectedFor(question, '2.0.0')).toMatchObject({ value: '39' })
  expect(expectedFor(question, null)).toBeNull()
  expect(expectedFor(question, 'latest')).toBeNull()
})

test.each([
  ['1.4.2', '1.4.2', 'passed'],
  ['v1.4.2', '1.4.2', 'passed'],
  [' 1.4.2+5bbe1d9 ', '1.4.2', 'passed'],
  ['1.4.1', '1.4.2', 'failed'],
  ['1.4.2-rc.1', '1.4.2', 'failed'],
  ['1.4.2', 'latest', 'warning'],
  ['1.4.2', null, 'warning'],
])('a product that says %s behind a tag of %s has %s', (said, version, verdict) => {
  expect(judgeReported(said, version).verdict).toBe(verdict)
})

describe('what stands in the way at last', () => {
  const schema = { dataset: 'app', before: '30', after: '30', expected: '39' }
  const line = (verdict: GateEvidence['verdict'], more: Partial<GateEvidence> = {}): GateEvidence => {
    return { title: 'T', verdict, detail: `It is ${verdict}.`, probe: null, ...more }
  }
  test.each<[string, readonly GateEvidence[], object, string | null]>([
    ['nothing asked', [], {}, null],
    ['all well', [line('passed'), line('warning')], {}, null],
    ['another version reported', [line('failed')], {}, 'final'],
    ['no version reported', [line('unknown')], {}, 'unknown'],
    ['another schema than expected', [line('failed', { schema })], {}, 'failed'],
    ['a schema that could not be read', [line('unknown', { schema })], {}, 'unknown'],
    ['a schema of which nothing is expected', [line('unknown', { schema: { ...schema, expected: null } })], {}, null],
    ['another schema than the older version has', [line('failed', { schema })], { isReturn: true }, null],
    ['what is bad before what is unknown', [line('unknown'), line('failed', { schema })], {}, 'failed'],
  ])('%s', (_what, evidence, options, kind) => {
    expect(findOpen(evidence, options)?.kind ?? null).toBe(kind)
  })
})

test('the first line of each kind in a log is kept', () => {
  const rules = { finishedLog: '^migrated to \\d+', failedLog: 'migration .* failed' }
  const none = { failed: null, finished: null }
  expect(judgeBootLines(none, ['starting', 'migrated to 39', 'migrated to 40'], rules)).toEqual({
    failed: null,
    finished: 'migrated to 39',
  })
  expect(judgeBootLines({ ...none, finished: 'migrated to 39' }, ['migration 4 failed'], rules)).toEqual({
    failed: 'migration 4 failed',
    finished: 'migrated to 39',
  })
  expect(judgeBootLines(none, ['migrated to 39'], { finishedLog: undefined, failedLog: undefined })).toEqual(none)
})

test.each([
  [{ healthy: { equals: 39 } }, '39', 'healthy', 'The value is "39".'],
  [{ healthy: { equals: 39 } }, '30', 'down', 'The value is "30", expected 39.'],
  [{ healthy: {} }, null, 'healthy', 'There is no value.'],
  [{ healthy: { atLeast: 0 } }, null, 'down', 'There is no value, expected at least 0.'],
  [{ healthy: {}, degraded: { atLeast: 100 } }, '120', 'degraded', 'The value is "120", which means degraded.'],
])('a value asked of a database, %j, that is %s is %s', (probe, value, health, reason) => {
  expect(judgeValue(probe, value)).toEqual({ health, reason })
})
