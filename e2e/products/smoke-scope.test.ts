import { expect, test } from 'vitest'
import { scopeSmokeTest } from '../../electron/health/smoke-scope.ts'
import { conclude } from '../../electron/health/smoke-test.ts'
import { bindBuiltIn } from '../../electron/stacks/bound-fixture.ts'
import type { GateEvidence } from '../../shared/contract/operations.ts'

const passed: GateEvidence = {
  title: 'Ask whether it is ready',
  verdict: 'passed',
  detail: 'Answered 200.',
  probe: null,
}
const handOff = (environment: Record<string, string>) => bindBuiltIn('handoffrail', { api: { environment } })

test('a smoke test that lacks no step says nothing of it', () => {
  const scope = scopeSmokeTest(handOff({ HR_ADMIN_API_KEY: 'hr_key' }))
  expect(scope).toEqual({ leftOut: null, untested: null })
  expect(conclude([passed], 1, scope)).toMatchObject({ verdict: 'passed', reason: 'Its one step passed.' })
})

test.each([
  ['handoffrail', 'api', '5 of 7 steps are left out.', 'HR_ADMIN_API_KEY is not set for api.'],
  ['brittle', 'brittle', '6 of 7 steps are left out.', 'BRITTLE_PROJECT_TOKEN is not set for brittle.'],
])('without its key, %s is only asked for its health, which proves nothing', (id, service, share, reason) => {
  const scope = scopeSmokeTest(bindBuiltIn(id, { [service]: {}, postgres: {} }))
  expect(scope.leftOut).toContain(share)
  expect(scope.untested).toContain(`${share} `)
  expect(scope.untested).toContain(reason)
  const result = conclude([passed, passed], 2, scope)
  expect(result).toMatchObject({ verdict: 'unknown', untested: scope.untested })
  expect(result.evidence.at(-1)).toMatchObject({ title: 'Left out', verdict: 'unknown', detail: scope.leftOut })
})

test('one that still uses the product passes, and says what it did not do', () => {
  const { runbook, binding } = handOff({ HR_ADMIN_API_KEY: 'hr_key' })
  const [part, ...steps] = runbook.smokeTest?.steps.toReversed() ?? []
  const leftOut = [{ section: 'smokeTest' as const, name: part?.title ?? '', reason: 'It is for others.' }]
  const less = { ...runbook, smokeTest: { writes: true, steps, cleanup: [] } }
  const scope = scopeSmokeTest({ runbook: less, binding: { ...binding, leftOut } })
  const said = '1 of 7 steps is left out. Find it among the claimed ones: It is for others.'
  expect(scope).toEqual({ leftOut: said, untested: null })
  const { verdict, reason, evidence } = conclude([passed], 6, scope)
  expect({ verdict, reason }).toEqual({ verdict: 'passed', reason: `All 6 steps passed. ${said}` })
  expect(evidence.at(-1)).toMatchObject({ title: 'Left out', verdict: 'warning' })
})

test('what failed has failed, whatever was left out', () => {
  const failed: GateEvidence = { ...passed, verdict: 'failed', detail: 'Answered 503.' }
  const result = conclude([failed], 2, scopeSmokeTest(handOff({})))
  expect(result).toMatchObject({ verdict: 'failed', reason: 'Ask whether it is ready: Answered 503.' })
  expect(result.untested).toBeUndefined()
})
