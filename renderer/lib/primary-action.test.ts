import { describe, expect, it } from 'vitest'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { Versions } from '../../shared/contract/stacks.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import { choosePrimaryAction } from './primary-action.ts'

const checkedAt = '2026-03-01T12:00:00Z'
const failure: ErrorShape = { code: 'registry.unauthorized', message: 'refused', retryable: false, causes: [] }
const checked = (newest: string | null, current: string | null = '0.10.0'): Versions => ({
  kind: 'checked',
  checkedAt,
  current,
  newest,
  versions: [],
})
const idle = {
  stack: { operation: null, version: '0.10.0' },
  interrupted: null,
  connected: true,
  versions: null,
  versionsError: null,
}
const running = { id: 'op-1', kind: 'upgrade', owner: 'maria', mine: false, stale: false }
const interrupted: OperationSummary = {
  id: 'op-2',
  kind: 'upgrade',
  stack: { hostId: 'a', project: 'b' },
  owner: { user: 'maria', machine: 'laptop', instance: 'i' },
  startedAt: checkedAt,
  endedAt: null,
  fromVersion: '0.10.0',
  toVersion: '0.11.0',
  deletes: null,
  outcome: 'interrupted',
  reason: null,
  error: null,
  weakenings: [],
  dataRestored: false,
  backupId: null,
  canRollBack: false,
}

describe('the primary action of a stack', () => {
  it('offers the newer version', () => {
    expect(choosePrimaryAction({ ...idle, versions: checked('0.11.0') })).toEqual({
      kind: 'upgrade',
      version: '0.11.0',
    })
  })

  it('says up to date only when the registry said so', () => {
    expect(choosePrimaryAction({ ...idle, versions: checked(null) })).toEqual({ kind: 'up-to-date', checkedAt })
    expect(choosePrimaryAction({ ...idle, versions: checked('0.10.0') })).toEqual({ kind: 'up-to-date', checkedAt })
    expect(choosePrimaryAction(idle)).toEqual({ kind: 'checking' })
  })

  it('never takes a failed look-up for up to date', () => {
    const unchecked: Versions = { kind: 'unchecked', checkedAt, current: '0.10.0', error: failure }
    const expected = { kind: 'could-not-check', error: failure }
    expect(choosePrimaryAction({ ...idle, versions: unchecked })).toEqual(expected)
    expect(choosePrimaryAction({ ...idle, versionsError: failure })).toEqual(expected)
    expect(choosePrimaryAction({ ...idle, versions: checked(null), versionsError: failure })).toEqual(expected)
  })

  it('claims nothing where the running version is not known', () => {
    expect(choosePrimaryAction({ ...idle, versions: checked(null, null) })).toEqual({ kind: 'none' })
  })

  it('leads to the operation that runs, before any upgrade', () => {
    const stack = { operation: running, version: '0.10.0' }
    expect(choosePrimaryAction({ ...idle, stack, versions: checked('0.11.0') })).toEqual({
      kind: 'view-operation',
      operationId: 'op-1',
      what: 'upgrade',
    })
  })

  it('lets nothing start while an operation is interrupted', () => {
    const stale = { operation: { ...running, stale: true }, version: '0.10.0' }
    expect(choosePrimaryAction({ ...idle, interrupted, versions: checked('0.11.0') }).kind).toBe('resolve-interrupted')
    expect(choosePrimaryAction({ ...idle, stack: stale, versions: checked('0.11.0') }).kind).toBe('resolve-interrupted')
  })

  it('offers nothing while the host is away', () => {
    expect(choosePrimaryAction({ ...idle, connected: false, versions: checked('0.11.0') })).toEqual({ kind: 'none' })
  })
})
