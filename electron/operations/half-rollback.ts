import type { Progress } from '../../shared/operations/progress.ts'
import type { Step } from './step.ts'

/** In what state a rollback that failed has left things, as its journal tells it. */
export function describeHalfRollback(
  steps: readonly Pick<Step, 'id' | 'title'>[],
  { begun, finished }: Pick<Progress, 'begun' | 'finished'>,
): string {
  if (steps.length === 0) return 'Nothing was rolled back: the stack is as the steps before have left it.'
  const isBegun = (id: string) => begun.some(({ stepId }) => stepId === id)
  const list = (what: string, fits: (id: string) => boolean) => {
    const titles = steps.filter(({ id }) => fits(id)).map(({ title }) => title)
    return titles.length === 0 ? [] : [`${what}: ${titles.join(', ')}`]
  }
  const parts = [
    ...list('done', (id) => finished.has(id)),
    ...list('failed', (id) => isBegun(id) && !finished.has(id)),
    ...list('not begun', (id) => !isBegun(id)),
  ]
  return `Of the rollback, ${parts.join('; ')}. The stack may be between two versions.`
}
