import { expect, test } from 'vitest'
import { type JumpPolicy, judgeJump } from './jump.ts'

const forwardOnly = [{ version: '1.4.0', reason: 'it drops a table.' }]

function jump(from: string | null, to: string, policy: Partial<JumpPolicy> = {}, hasData = true) {
  const change = { service: 'api', from, to, postgres: { from: null, to: null } }
  const rules = { dataCompatible: 'within-minor', forwardOnly, prereleases: false, ...policy } as const
  return judgeJump([change], rules, hasData)
}

test.each([
  ['1.0.0', '1.0.0', 'same', true, []],
  ['1.0.0', '1.0.1', 'patch', true, []],
  ['1.0.1', '1.1.0', 'minor', true, ['acknowledgement']],
  ['1.0.1', '1.3.0', 'several-minors', true, ['acknowledgement', 'backup']],
  ['1.9.0', '2.0.0', 'major', true, ['acknowledgement', 'backup']],
  ['1.3.0', '1.4.0', 'minor', true, ['acknowledgement', 'backup']],
  ['1.0.1', '1.0.0', 'downgrade', true, ['acknowledgement']],
  ['1.1.0', '1.0.1', 'downgrade', false, ['acknowledgement']],
  ['latest', '1.0.0', 'unknown', true, ['acknowledgement']],
  [null, '1.0.0', 'unknown', true, ['acknowledgement']],
] as const)('%s → %s is %s, allowed: %s, with %j', (from, to, kind, allowed, needs) => {
  expect(jump(from, to)).toMatchObject({ kind, allowed, needs })
})

test.each([
  ['1.0.0', '1.0.1', 'passed', '1.0.0 → 1.0.1 stays within one minor version.'],
  [
    '1.0.1',
    '1.3.0',
    'warning',
    '1.0.1 → 1.3.0 crosses 3 minor versions at once (1.1, 1.2, 1.3): the release notes of each of them apply.',
  ],
  [
    '1.0.0',
    '1.9.0',
    'warning',
    '1.0.0 → 1.9.0 crosses 9 minor versions at once (1.1, 1.2, 1.3, 1.4, 1.5 … 1.9): the release notes of each of them apply.',
  ],
  [
    '1.1.0',
    '1.0.1',
    'failed',
    '1.1.0 → 1.0.1 goes back, and 1.0.1 may not run on the data of now. 1.0.1 and 1.1.0 are not of one minor version, and only those share their data format. Roll back to an operation of the history instead: that restores the data as it was before.',
  ],
])('the distance from %s to %s is explained', (from, to, verdict, sentence) => {
  expect(jump(from, to).reasons[0]).toEqual({ id: 'distance', verdict, sentence })
})

test('a migration that cannot be undone is named with its reason, and forbidden where no data can be backed up', () => {
  const policy = { dataCompatible: 'always' } as const
  expect(jump('1.3.0', '1.5.0', policy).reasons[1]).toEqual({
    id: 'forward-only',
    verdict: 'warning',
    sentence:
      'The migration to 1.4.0 cannot be undone: it drops a table. A rollback restores the backup made before, and loses what was written since.',
  })
  expect(jump('1.3.0', '1.5.0', policy, false).allowed).toBe(false)
  expect(jump('1.4.0', '1.5.0', policy, false)).toMatchObject({ allowed: true, needs: ['acknowledgement'] })
})

test.each([
  [15, 17, false],
  [17, 17, true],
  [null, 17, true],
])('from PostgreSQL %s to %s is allowed: %s', (from, to, allowed) => {
  const changes = [{ service: 'db', from: '1.0.0', to: '1.0.1', postgres: { from, to } }]
  const { reasons, ...judged } = judgeJump(
    changes,
    { dataCompatible: 'always', forwardOnly: [], prereleases: false },
    true,
  )
  expect(judged.allowed).toBe(allowed)
  expect(reasons.some(({ id }) => id === 'database-major')).toBe(!allowed)
})

test.each([
  [{}, 'warning', '1.1.0-rc.1 is a pre-release.'],
  [{ prereleases: true }, 'passed', '1.1.0-rc.1 is a pre-release.'],
  [{ channel: 'rc' }, 'passed', '1.1.0-rc.1 is of the channel rc, which is followed.'],
  [{ channel: 'beta' }, 'warning', '1.1.0-rc.1 is a pre-release, and not of the channel beta, which is followed.'],
])('a pre-release under %j', (policy, verdict, sentence) => {
  const { prerelease, reasons } = jump('1.0.0', '1.1.0-rc.1', policy)
  expect(prerelease).toBe(true)
  expect(reasons.at(-1)).toEqual({ id: 'pre-release', verdict, sentence })
})

test('services of different versions are judged together, by the gravest', () => {
  const none = { from: null, to: null }
  const changes = [
    { service: 'api', from: '1.0.0', to: '1.1.0', postgres: none },
    { service: 'web', from: '1.0.9', to: '1.1.0', postgres: none },
    { service: 'worker', from: '1.2.0', to: '1.1.0', postgres: none },
  ]
  const policy = { dataCompatible: 'within-major', forwardOnly: [], prereleases: false } as const
  const { kind, reasons } = judgeJump(changes, policy, true)
  expect(kind).toBe('downgrade')
  expect(reasons.filter(({ id }) => id === 'distance')).toHaveLength(3)
})
