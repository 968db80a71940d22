import { expect, it } from 'vitest'
import type { OperationSummary, Outcome } from '../../shared/contract/operations.ts'
import { findFailedAttempt } from './past-attempt.ts'

const upgrade = (id: string, toVersion: string, day: number, outcome: Outcome): OperationSummary => ({
  id,
  kind: 'upgrade',
  stack: { hostId: 'a', project: 'b' },
  owner: { user: 'maria', machine: 'laptop', instance: 'i' },
  startedAt: `2026-03-0${day}T12:00:00Z`,
  endedAt: null,
  fromVersion: '0.10.0',
  toVersion,
  deletes: null,
  outcome,
  reason: null,
  error: null,
  weakenings: [],
  dataRestored: false,
  dataRestoreUnfinished: false,
  backupId: null,
  canRollBack: false,
})

it('finds the last upgrade to the version when it was rolled back', () => {
  const operations = [upgrade('one', '0.11.0', 1, 'succeeded'), upgrade('two', '0.11.0', 2, 'rolled-back')]
  expect(findFailedAttempt(operations, '0.11.0')?.id).toBe('two')
})

it('holds nothing against a version that succeeded since, or was stopped by hand', () => {
  const operations = [upgrade('one', '0.11.0', 1, 'rolled-back'), upgrade('two', '0.11.0', 2, 'succeeded')]
  expect(findFailedAttempt(operations, '0.11.0')).toBeNull()
  expect(findFailedAttempt([upgrade('one', '0.11.0', 1, 'stopped')], '0.11.0')).toBeNull()
})

it('knows nothing of other versions', () => {
  expect(findFailedAttempt([upgrade('one', '0.11.1', 1, 'rolled-back')], '0.11.0')).toBeNull()
})
