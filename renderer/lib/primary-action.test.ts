import { describe, expect, it } from 'vitest'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { AvailableVersion, ServiceVersions, Versions } from '../../shared/contract/stacks.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import { choosePrimaryAction } from './primary-action.ts'

const checkedAt = '2026-03-01T12:00:00Z'
const failure: ErrorShape = { code: 'registry.unauthorized', message: 'refused', retryable: false, causes: [] }
const service = (standing: ServiceVersions['standing'], more: Partial<ServiceVersions> = {}): ServiceVersions => ({
  service: 'api',
  current: '0.10.0',
  standing,
  reason: 'Why.',
  newest: null,
  ...more,
})
const checked = (newest: string | null, services = [service(newest === null ? 'newest' : 'newer')]): Versions => ({
  kind: 'checked',
  checkedAt,
  current: '0.10.0',
  newest,
  versions: [],
  services,
  prereleases: false,
})
const idle = {
  stack: { operation: null, error: null },
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
  dataRestoreUnfinished: false,
  backupId: null,
  canRollBack: false,
}

describe('the primary action of a stack', () => {
  it('offers the newer version', () => {
    expect(choosePrimaryAction({ ...idle, versions: checked('0.11.0') })).toEqual({
      kind: 'upgrade',
      offer: { kind: 'version', version: '0.11.0' },
    })
  })

  it('says up to date only when each service was compared and has nothing newer', () => {
    expect(choosePrimaryAction({ ...idle, versions: checked(null) })).toMatchObject({
      kind: 'standing',
      standing: { kind: 'up-to-date' },
      checkedAt,
    })
    expect(choosePrimaryAction(idle)).toEqual({ kind: 'checking' })
  })

  it('never takes what cannot be compared for up to date', () => {
    const moving = [service('newest'), service('unknown', { service: 'web', current: 'latest' })]
    expect(choosePrimaryAction({ ...idle, versions: checked(null, moving) })).toMatchObject({
      kind: 'standing',
      standing: { kind: 'unknown', detail: 'web: Why.' },
    })
  })

  it('offers each service its own version where they number theirs apart', () => {
    const to: AvailableVersion = {
      version: '0.9.0',
      tag: '0.9.0',
      prerelease: false,
      missingFor: [],
      relation: 'minor',
      releaseNotes: [],
    }
    const apart = [service('newest'), service('newer', { service: 'web', current: '0.8.0', newest: to })]
    expect(choosePrimaryAction({ ...idle, versions: checked(null, apart) })).toEqual({
      kind: 'upgrade',
      offer: { kind: 'each-own', upgrades: [{ service: 'web', from: '0.8.0', to }] },
    })
  })

  it('never takes a failed look-up for up to date', () => {
    const unchecked: Versions = { kind: 'unchecked', checkedAt, current: '0.10.0', error: failure }
    const expected = { kind: 'could-not-check', error: failure }
    expect(choosePrimaryAction({ ...idle, versions: unchecked })).toEqual(expected)
    expect(choosePrimaryAction({ ...idle, versionsError: failure })).toEqual(expected)
    expect(choosePrimaryAction({ ...idle, versions: checked(null), versionsError: failure })).toEqual(expected)
  })

  it('claims nothing of a stack without services to upgrade', () => {
    expect(choosePrimaryAction({ ...idle, versions: checked(null, []) })).toEqual({ kind: 'none' })
  })

  it('leads to the operation that runs, before any upgrade', () => {
    const stack = { operation: running, error: null }
    expect(choosePrimaryAction({ ...idle, stack, versions: checked('0.11.0') })).toEqual({
      kind: 'view-operation',
      operationId: 'op-1',
      what: 'upgrade',
    })
  })

  it('lets nothing start while an operation is interrupted', () => {
    const stale = { operation: { ...running, stale: true }, error: null }
    expect(choosePrimaryAction({ ...idle, interrupted, versions: checked('0.11.0') }).kind).toBe('resolve-interrupted')
    expect(choosePrimaryAction({ ...idle, stack: stale, versions: checked('0.11.0') }).kind).toBe('resolve-interrupted')
  })

  it('offers nothing while the host is away', () => {
    expect(choosePrimaryAction({ ...idle, connected: false, versions: checked('0.11.0') })).toEqual({ kind: 'none' })
  })

  it('offers nothing while the stack cannot be read', () => {
    const stack = { operation: null, error: failure }
    expect(choosePrimaryAction({ ...idle, stack, versions: checked('0.11.0') })).toEqual({ kind: 'none' })
    expect(choosePrimaryAction({ ...idle, stack, versionsError: failure })).toEqual({ kind: 'none' })
  })
})
