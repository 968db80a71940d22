import { describe, expect, it } from 'vitest'
import { upgradeOptionsSchema } from '../contract/operations.ts'
import {
  describeDataOnRollback,
  describeDowntime,
  describeWeakenings,
  findBlockers,
  joinVersions,
  worstRelation,
} from './plan-sentences.ts'
import { samplePlan } from './sample-plan.ts'

const { changes } = samplePlan()
const policy = { dataCompatible: 'within-minor', forwardOnly: [] } as const
const options = (input: object = {}) => upgradeOptionsSchema.parse(input)
const reason = 'Disk is tight.'

describe('describeDataOnRollback', () => {
  it('names the backup and what is lost', () => {
    const text = describeDataOnRollback(changes, policy, options(), 2)
    expect(text).toContain('1.1.0 may change the schema, and is not compatible backwards')
    expect(text).toContain('restores the backup made in step 2, and loses what was written since.')
  })

  it('says that data stays where both versions share it', () => {
    const text = describeDataOnRollback(changes, { ...policy, dataCompatible: 'always' }, options(), 2)
    expect(text).toBe('A rollback keeps the data as it is: both versions run on the same schema.')
  })

  it.for([
    ['without a backup', options({ skipBackup: { reason } }), 2, 'No backup is made'],
    [
      'when it is not to be restored',
      options({ restoreDataOnRollback: false }),
      2,
      'not restored on a rollback, as chosen',
    ],
    ['when there is no data to back up', options(), null, 'a rollback cannot restore any'],
  ] as const)('promises nothing %s', ([, given, step, expected]) => {
    const text = describeDataOnRollback(changes, policy, given, step)
    expect(text).toContain(expected)
    expect(text).not.toContain('restores the backup')
  })
})

describe('describeWeakenings', () => {
  it('is empty for the usual options', () => {
    expect(describeWeakenings(options(), { allData: false })).toEqual([])
  })

  it('names every option that makes it less safe, with its reason', () => {
    const given = options({
      skipBackup: { reason },
      skipPull: true,
      continueUnhealthy: { reason: 'Known alarm.' },
      restoreDataOnRollback: false,
    })
    expect(describeWeakenings(given, { allData: false })).toEqual([
      'No backup is made: Disk is tight.',
      'Nothing is pulled: the images that are on the host are used as they are.',
      'A failed health check or smoke test does not stop it: Known alarm.',
      'On failure the data is not restored, although the old version may not run on it.',
    ])
  })
})

describe('sentences of a plan', () => {
  it.for([
    [[], 'No service is restarted.'],
    [['web'], 'web restarts once, and then has to stay healthy for 6 s.'],
    [['web', 'api'], 'Each of 2 services restarts once, one after the other;'],
  ] as const)('downtime of %s', ([services, expected]) => {
    expect(describeDowntime(services, 6)).toContain(expected)
  })

  it('tells of every time at which something stands still, the backup first', () => {
    const halts = [
      { meanwhile: 'the backup is made', still: { stop: ['web'], pause: ['worker', 'mail'] } },
      { meanwhile: 'nothing happens', still: { stop: [], pause: [] } },
      { meanwhile: 'the data is put back', still: { stop: ['web', 'pool'], pause: [] } },
    ]
    expect(describeDowntime(['web'], 6, halts)).toBe(
      'While the backup is made, web is stopped and worker, mail are paused. While the data is put back, web, pool are stopped. web restarts once, and then has to stay healthy for 6 s.',
    )
  })

  it('takes the gravest relation for all', () => {
    expect(worstRelation(['patch', 'downgrade', 'major'])).toBe('downgrade')
    expect(worstRelation(['patch', 'unknown', 'major'])).toBe('unknown')
    expect(worstRelation([])).toBe('same')
  })

  it('joins versions that differ', () => {
    expect(joinVersions(['1.0.0', '1.0.0'])).toBe('1.0.0')
    expect(joinVersions(['1.0.0', null])).toBe('1.0.0, unknown')
  })

  it('lets nothing pass that nobody could check', () => {
    const result = (verdict: 'passed' | 'warning' | 'failed' | 'unknown') => ({
      id: verdict,
      title: verdict,
      verdict,
      detail: 'why',
      hint: null,
    })
    const preflight = [result('passed'), result('warning'), result('failed'), result('unknown')]
    expect(findBlockers(preflight)).toEqual(['failed: why', 'unknown: why'])
  })
})
