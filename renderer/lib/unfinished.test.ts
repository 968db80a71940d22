import { expect, it } from 'vitest'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import { findInterrupted, hasUnseenEnd } from './unfinished.ts'

const operation = (id: string, outcome: OperationSummary['outcome'], startedAt: string) =>
  ({ id, outcome, startedAt }) as OperationSummary

const old = operation('a', 'interrupted', '2026-03-01T12:00:00Z')
const ended = operation('b', 'succeeded', '2026-03-02T12:00:00Z')
const running = operation('c', 'running', '2026-03-03T12:00:00Z')

it('finds the newest operation only when it was cut off', () => {
  expect(findInterrupted([])).toBeNull()
  expect(findInterrupted([ended, old])).toBeNull()
  expect(findInterrupted([old])).toBe(old)
})

it('doubts a record of a running operation that the picture does not show, and no other', () => {
  expect(hasUnseenEnd([running, ended], null)).toBe(true)
  expect(hasUnseenEnd([running, ended], 'b')).toBe(true)
  expect(hasUnseenEnd([running, ended], 'c')).toBe(false)
  expect(hasUnseenEnd([ended, old], null)).toBe(false)
})
