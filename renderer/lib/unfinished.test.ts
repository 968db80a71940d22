import { describe, expect, it } from 'vitest'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import { contradicts, findInterrupted } from './unfinished.ts'

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

describe('records and the picture', () => {
  const shown = (id: string, stale = false) => ({ id, kind: 'upgrade', owner: 'ann on desk', mine: true, stale })

  it('agree where both show the same operation, or none', () => {
    expect(contradicts([running, ended], shown('c'))).toBe(false)
    expect(contradicts([ended, old], null)).toBe(false)
    expect(contradicts([], null)).toBe(false)
    expect(contradicts([old, ended], shown('a', true))).toBe(false)
    expect(contradicts([ended], shown(''))).toBe(false)
    expect(contradicts([ended], shown('c', true))).toBe(false)
  })

  it('contradict each other where one runs that the picture does not show, or shows as given up', () => {
    expect(contradicts([running, ended], null)).toBe(true)
    expect(contradicts([running, ended], shown('b'))).toBe(true)
    expect(contradicts([running, ended], shown('c', true))).toBe(true)
  })

  it('contradict each other where the picture shows one that is not recorded', () => {
    expect(contradicts([ended, old], shown('c'))).toBe(true)
    expect(contradicts([], shown('c'))).toBe(true)
  })
})
