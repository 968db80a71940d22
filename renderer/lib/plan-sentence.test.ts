import { expect, it } from 'vitest'
import type { Plan, ServiceChange } from '../../shared/contract/operations.ts'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { downloadText, planSentence } from './plan-sentence.ts'

const change = (downloadBytes: number | null): ServiceChange => ({
  service: 's',
  from: { reference: 'r', version: null, digest: null },
  to: { reference: 'r', version: '1', digest: 'd' },
  downloadBytes,
})

it.each<[Plan['changes'], string]>([
  [[change(1_000_000), change(2_000_000)], '3.0 MB'],
  [[change(1_000_000), change(null)], 'at least 1.0 MB (1 image of unknown size)'],
  [[change(null)], 'a size that the registry does not say'],
])('never makes an unknown size nothing (%#)', (changes, text) => expect(downloadText(changes)).toBe(text))

it('names one version where there is one, and that of each service where they differ', () => {
  const plan = samplePlan()
  expect(planSentence(plan)).toMatch(/^2 services go from 1\.0\.0 to 1\.1\.0\. .* return to 1\.0\.0 by themselves;/)
  const [web, worker] = plan.changes as [ServiceChange, ServiceChange]
  const changes = [web, { ...worker, to: { ...worker.to, version: '0.5.0' } }]
  expect(planSentence({ ...plan, changes, toVersion: '1.1.0, 0.5.0' })).toMatch(
    /^2 services go to versions of their own: web 1\.0\.0 → 1\.1\.0, worker 1\.0\.0 → 0\.5\.0\. .* return to what they run now/,
  )
})

it('backs data up only where the step for it does anything', () => {
  const plan = samplePlan()
  expect(planSentence(plan)).toContain('Slipway backs up the data, keeps')
  const steps = plan.steps.map((step) => (step.kind === 'backup' ? { ...step, commands: [] } : step))
  expect(planSentence({ ...plan, steps })).toContain('Slipway keeps a rollback point')
})

it('says of a deletion what goes, and nothing of services', () => {
  const step = {
    id: 'delete-data',
    kind: 'delete-data',
    title: 'Delete',
    undo: null,
    service: null,
    commands: [],
  } as const
  const plan = samplePlan({
    kind: 'deletion',
    changes: [],
    steps: [{ ...step, commands: [], detail: 'Deletes shop_old.' }],
  })
  expect(planSentence(plan)).toBe('Deletes shop_old.')
})

it('pulls nothing where the images are on the host already', () => {
  const plan = samplePlan()
  const [web, worker] = plan.changes as [ServiceChange, ServiceChange]
  const pull = plan.steps.some(({ kind }) => kind === 'pull')
  expect(pull).toBe(true)
  const told = (bytes: number | null) =>
    planSentence({
      ...plan,
      changes: [
        { ...web, downloadBytes: 0 },
        { ...worker, downloadBytes: bytes },
      ],
    })
  expect(told(0)).toContain(' takes the images that are on the host, by digest')
  expect(told(null)).toContain(' pulls at least 0 B (1 image of unknown size) by digest')
})
