import { describe, expect, it } from 'vitest'
import type { JournalEntry, LockView } from '../contract/operations.ts'
import { readProgress } from './progress.ts'
import { reduceJournal } from './reduce-journal.ts'
import { samplePlan } from './sample-plan.ts'

const plan = samplePlan()
const ann = { user: 'ann', machine: 'desk', instance: '1-a' }
const bob = { user: 'bob', machine: 'sofa', instance: '2-b' }
const error = { code: 'gate.failed', message: 'web is unhealthy', retryable: false, causes: [] } as const

type Line = Pick<JournalEntry, 'type'> & Partial<JournalEntry>

function journal(...lines: Line[]): JournalEntry[] {
  return lines.map((line, index) => ({ seq: index + 1, at: `2026-11-21T06:15:${10 + index}.000Z`, ...line }))
}

function begin(stepId: string, more: object = {}): Line {
  const step = plan.steps.find(({ id }) => id === stepId)
  const data = {
    phase: 'forward',
    kind: step?.kind ?? 'service',
    title: stepId,
    service: step?.service ?? null,
    commands: [],
    undoes: [],
    changes: ['pin', 'service:web', 'service:worker'].includes(stepId),
    ...more,
  }
  return { type: 'step-started', stepId, data }
}

const done = (stepId: string, result: object = {}): Line => ({ type: 'step-done', stepId, data: { result } })

function lock(owner: typeof ann, stale: boolean): LockView {
  const at = '2026-11-21T06:15:30.000Z'
  const mine = owner === ann
  return { owner, operationId: plan.id, kind: 'upgrade', step: 'pull', acquiredAt: at, heartbeatAt: at, stale, mine }
}

const nobody = { lock: null, rollbackPointKept: false }
const statuses = (entries: JournalEntry[]) =>
  Object.fromEntries(reduceJournal(plan, entries, nobody).steps.map(({ id, status }) => [id, status]))

describe('reduceJournal', () => {
  it('tells an operation that has only been planned as interrupted, with all steps pending', () => {
    const record = reduceJournal(plan, [], nobody)
    expect(record.outcome).toBe('interrupted')
    expect(new Set(record.steps.map(({ status }) => status))).toEqual(new Set(['pending']))
  })

  it.for([
    ['a live lock of its own', lock(ann, false), 'running'],
    ['a live lock of another app', lock(bob, false), 'running'],
    ['a stale lock', lock(ann, true), 'interrupted'],
    ['no lock', null, 'interrupted'],
    ['the lock of another operation', { ...lock(ann, false), operationId: 'other' }, 'interrupted'],
  ] as const)('judges an open end by the lock: %s', ([, held, outcome]) => {
    const entries = journal({ type: 'started', data: { owner: ann } }, begin('pull'))
    expect(reduceJournal(plan, entries, { lock: held, rollbackPointKept: true }).outcome).toBe(outcome)
  })

  it('tells owner, times, messages and results of a good upgrade', () => {
    const entries = journal(
      { type: 'started', data: { owner: ann } },
      begin('backup'),
      { type: 'step-message', stepId: 'backup', message: '1 of 2' },
      done('backup', { backupId: 'b-1' }),
      { type: 'step-skipped', stepId: 'smoke-test', message: 'none' },
      { type: 'attachment', stepId: 'backup', data: { name: 'a.log', title: 'A', sizeBytes: 3 } },
      { type: 'ended', data: { outcome: 'succeeded', reason: null } },
    )
    const record = reduceJournal(plan, entries, { lock: null, rollbackPointKept: true })
    expect(record).toMatchObject({
      owner: ann,
      outcome: 'succeeded',
      startedAt: entries[0]?.at,
      endedAt: entries.at(-1)?.at,
      backupId: 'b-1',
      canRollBack: true,
      attachments: [{ name: 'a.log', title: 'A', sizeBytes: 3 }],
    })
    expect(record.steps.find(({ id }) => id === 'backup')).toMatchObject({ status: 'done', message: '1 of 2' })
    expect(record.steps.find(({ id }) => id === 'smoke-test')?.status).toBe('skipped')
  })

  it('marks what a rollback takes back, and keeps the first failure failed', () => {
    const entries = journal(
      begin('pin'),
      done('pin'),
      begin('service:web'),
      { type: 'step-failed', stepId: 'service:web', data: { error } },
      { type: 'rollback-started', data: { reason: 'web is unhealthy', error, restoreData: true } },
      begin('rollback:restore-files', { phase: 'rollback', kind: 'restore-files', undoes: ['pin'] }),
      done('rollback:restore-files'),
      begin('rollback:service:web', { phase: 'rollback', service: 'web', undoes: ['service:web'] }),
    )
    expect(statuses(entries)).toMatchObject({
      pin: 'undone',
      'service:web': 'failed',
      'service:worker': 'pending',
      'rollback:restore-files': 'done',
      'rollback:service:web': 'running',
    })
    const record = reduceJournal(plan, entries, nobody)
    expect(record.steps.at(-1)?.phase).toBe('rollback')
    expect(record).toMatchObject({ reason: 'web is unhealthy', error })
  })

  it('says when an undo is under way and when it failed', () => {
    const entries = journal(
      begin('pin'),
      done('pin'),
      begin('rollback:restore-files', { phase: 'rollback', undoes: ['pin'] }),
    )
    expect(statuses(entries).pin).toBe('undoing')
    const failed = journal(...entries, { type: 'step-failed', stepId: 'rollback:restore-files', data: { error } })
    expect(statuses(failed).pin).toBe('undo-failed')
  })

  it('shows a step that was passed over as failed, not as done', () => {
    const entries = journal(begin('service:web'), {
      type: 'step-done',
      stepId: 'service:web',
      data: { result: {}, passedOver: 'We know.' },
    })
    expect(statuses(entries)['service:web']).toBe('failed')
    expect(readProgress(entries).passedOver).toEqual({ 'service:web': 'We know.' })
  })

  it('names who took it over from whom, and starts a step anew that is run again', () => {
    const entries = journal(
      { type: 'started', data: { owner: ann } },
      begin('pull'),
      { type: 'step-failed', stepId: 'pull', data: { error } },
      { type: 'taken-over', data: { by: bob, from: ann } },
      begin('pull'),
    )
    const record = reduceJournal(plan, entries, nobody)
    expect(record.takeovers).toEqual([{ at: entries[3]?.at, by: bob, from: ann }])
    expect(record.steps.find(({ id }) => id === 'pull')).toMatchObject({ status: 'running', error: null })
  })

  it('reads no success out of an ending it does not understand', () => {
    const entries = journal({ type: 'ended', data: { outcome: 'splendid', reason: null } })
    expect(reduceJournal(plan, entries, nobody).outcome).toBe('interrupted')
  })

  it.for([
    ['succeeded', true, true],
    ['succeeded', false, false],
    ['rollback-failed', true, true],
    ['stopped', true, false],
    ['rolled-back', true, false],
  ] as const)('offers a rollback of what %s when the point is kept: %s', ([outcome, rollbackPointKept, expected]) => {
    const entries = journal({ type: 'ended', data: { outcome, reason: null } })
    expect(reduceJournal(plan, entries, { lock: null, rollbackPointKept }).canRollBack).toBe(expected)
  })

  it('names what a deletion deletes, and offers no way back from it', () => {
    const deletes = { operationId: plan.id, name: 'shop_slipway_1' }
    const entries = journal({ type: 'ended', data: { outcome: 'succeeded', reason: null } })
    const record = reduceJournal({ ...plan, kind: 'deletion', deletes }, entries, {
      lock: null,
      rollbackPointKept: true,
    })
    expect(record).toMatchObject({ deletes: 'shop_slipway_1', canRollBack: false })
  })

  it('says that data was restored only when it was', () => {
    const step = begin('rollback:restore-data', { phase: 'rollback', kind: 'restore-data' })
    expect(reduceJournal(plan, journal(step), nobody).dataRestored).toBe(false)
    const entries = journal(step, done('rollback:restore-data', { restored: true }))
    expect(reduceJournal(plan, entries, nobody).dataRestored).toBe(true)
  })

  it('never calls data kept while a restore of it is not over, or has failed', () => {
    const step = begin('rollback:restore-data', { phase: 'rollback', kind: 'restore-data' })
    const failed = { type: 'step-failed', stepId: 'rollback:restore-data', message: 'Replaced already: one.' } as const
    const told = (...entries: Parameters<typeof journal>) =>
      reduceJournal(plan, journal(...entries), nobody).dataRestoreUnfinished
    expect([told(), told(step), told(step, failed), told(step, failed, step)]).toEqual([false, true, true, true])
    expect(told(step, done('rollback:restore-data', { restored: true }))).toBe(false)
  })
})

describe('readProgress', () => {
  it('counts a begun step as changing, and one that is run again as not finished', () => {
    const progress = readProgress(journal(begin('pull'), done('pull'), begin('pin'), begin('pull')))
    expect(progress.begun).toEqual([
      { stepId: 'pull', changes: false },
      { stepId: 'pin', changes: true },
    ])
    expect([...progress.finished]).toEqual([])
  })
})
