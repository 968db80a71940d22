import { expect, test } from 'vitest'
import { canKeepData, type DataPolicy } from './data-compatibility.ts'

function policy(dataCompatible: DataPolicy['dataCompatible'], forwardOnly: DataPolicy['forwardOnly'] = []): DataPolicy {
  return { dataCompatible, forwardOnly }
}

test.each([
  ['never', '1.0.0', '1.0.1', false],
  ['never', '1.0.0', '1.0.0', true],
  ['within-patch', '1.0.0-rc.1', '1.0.0', true],
  ['within-patch', '1.0.0', '1.0.1', false],
  ['within-minor', '0.10.0', '0.10.1', true],
  ['within-minor', '0.10.1', '0.11.0', false],
  ['within-minor', '0.11.0', '0.10.1', false],
  ['within-minor', '0.10.0', '1.10.0', false],
  ['within-major', '1.2.0', '1.9.0', true],
  ['within-major', '1.9.0', '2.0.0', false],
  ['always', '1.0.0', '9.0.0', true],
  ['always', null, '9.0.0', true],
  ['within-major', null, '1.0.0', false],
  ['within-major', '1.0.0', 'latest', false],
] as const)('%s: data of %s for %s is kept: %s', (rule, from, to, keep) => {
  const decision = canKeepData(policy(rule), from, to)
  expect(decision.keep).toBe(keep)
  expect(decision.reason).toMatch(/\.$/)
})

test.each([
  ['1.0.0', '1.2.0', false],
  ['1.1.0', '1.2.0', false],
  ['1.2.0', '1.1.0', false],
  ['1.2.0', '1.3.0', true],
  ['1.0.0', '1.1.0', true],
  ['1.2.0', '1.2.0', true],
  ['latest', '1.2.0', false],
])('a forward-only version lies between %s and %s: kept %s, whatever the rule promises', (from, to, keep) => {
  const decision = canKeepData(policy('always', [{ version: '1.2.0', reason: 'it drops a column.' }]), from, to)
  expect(decision.keep).toBe(keep)
})

test('the reason names the version that cannot be undone', () => {
  expect(canKeepData(policy('always', [{ version: '1.2.0', reason: 'it drops a column.' }]), '1.0.0', '2.0.0')).toEqual(
    {
      keep: false,
      reason: 'The migration to 1.2.0 cannot be undone: it drops a column.',
    },
  )
})
