import { expect, it } from 'vitest'
import { describeHalfRollback } from './half-rollback.ts'

const steps = [
  { id: 'rollback:restore-files', title: 'Restore files' },
  { id: 'rollback:service:web', title: 'Bring back web' },
  { id: 'rollback:smoke-test', title: 'Smoke test of the old version' },
]

function describeAfter(begun: readonly number[], finished: readonly number[]): string {
  const idOf = (index: number) => steps[index]?.id ?? ''
  return describeHalfRollback(steps, {
    begun: begun.map((index) => ({ stepId: idOf(index), changes: true })),
    finished: new Set(finished.map(idOf)),
  })
}

it.for([
  [[0], [], 'failed: Restore files; not begun: Bring back web, Smoke test of the old version'],
  [[0, 1, 2], [0], 'done: Restore files; failed: Bring back web, Smoke test of the old version'],
  [[0, 1, 2], [0, 1], 'done: Restore files, Bring back web; failed: Smoke test of the old version'],
] as const)('a rollback that failed says which of its steps are done: %j, %j', ([begun, finished, said]) => {
  expect(describeAfter(begun, finished)).toBe(`Of the rollback, ${said}. The stack may be between two versions.`)
})

it('a rollback that could not even be planned says that nothing was rolled back', () => {
  const progress = { begun: [{ stepId: 'pin', changes: true }], finished: new Set(['pin']) }
  expect(describeHalfRollback([], progress)).toMatch(/^Nothing was rolled back/)
})
