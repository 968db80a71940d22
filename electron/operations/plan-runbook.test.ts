import { describe, expect, it, test } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { type Runbook, runbookSchema } from '../../shared/runbook/schema.ts'
import type { Stack } from '../stacks/stack.ts'
import { requireFresh } from './plan-freshness.ts'
import { hashRunbook } from './plan-runbook.ts'

const written = runbookSchema.parse({
  slipway: 1,
  id: 'shop',
  name: 'Shop',
  match: { images: ['shop/web'] },
  services: [{ name: 'web' }],
  backup: { datasets: [{ id: 'files', kind: 'volume', service: 'web', path: '/data' }] },
})

function stackOf(change: Partial<Runbook> = {}, source: Stack['runbookSource'] = 'user'): Stack {
  const runbook = { ...written, ...change }
  const binding = { written: runbook, layers: [], problems: [], leftOut: [], missing: [] }
  return { runbook, runbookSource: source, binding, session: { host: { label: 'vm' } } } as unknown as Stack
}

describe('the mark of a runbook', () => {
  const mark = hashRunbook(stackOf())

  it.each<[string, Partial<Runbook>]>([
    ['in another order', Object.fromEntries(Object.entries(written).reverse()) as Partial<Runbook>],
    ['with other questions', { gate: { ...written.gate, settleSeconds: 1 }, probes: [], description: 'Other words.' }],
  ])('is the same %s, and wherever its file lies', (_title, change) => {
    expect(hashRunbook(stackOf(change, 'stack'))).toBe(mark)
  })

  it.each<[string, Partial<Runbook>]>([
    ['data sets', { backup: undefined as never }],
    ['versions', { versions: { ...written.versions, dataCompatible: 'always' } }],
    ['services', { services: [] }],
  ])('is another one with other %s', (_title, change) => {
    expect(hashRunbook(stackOf(change))).not.toBe(mark)
  })

  it('is none where it was derived', () => expect(hashRunbook(stackOf({}, 'generic'))).toBeNull())
})

const runbookSha256 = hashRunbook(stackOf())
const derived = stackOf({ id: 'generic' }, 'generic')
const problem = { file: '/srv/slipway.yaml', line: 3, column: 1, message: 'No.', at: '', expected: null }
const broken = { ...derived, binding: { ...derived.binding, problems: [problem] } }

test.each<[string, string, Stack]>([
  ['another runbook', 'and here the runbook “generic” counts.', derived],
  ['a broken one', 'counts. /srv/slipway.yaml:3:1 No.', broken],
  ['another content', 'and here another content of that runbook counts.', stackOf({ backup: undefined as never })],
])('a plan is stale for a stack that is bound to %s', async (_title, said, stack) => {
  const plan = samplePlan({ runbookSha256, changes: [] })
  await expect(requireFresh(plan, stack)).rejects.toMatchObject({
    code: 'operation.plan-stale',
    message: expect.stringContaining(said),
    state: 'Nothing was changed.',
  })
})

test('a plan is fresh for the same runbook, also one that only names it, and a deletion needs none', async () => {
  await requireFresh(samplePlan({ runbookSha256, changes: [] }), stackOf())
  await requireFresh(samplePlan({ changes: [] }), stackOf())
  await requireFresh(samplePlan({ kind: 'deletion', runbookSha256, changes: [] }), derived)
})
