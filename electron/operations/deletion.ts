import type { OperationContext } from './operation-context.ts'
import { placeOfPlan } from './operation-files.ts'
import { planStepOf } from './plan-step-of.ts'
import { deleteReplaced, findReplaced } from './replaced-data.ts'
import { hasCode } from './runner.ts'
import type { Step } from './step.ts'
import { lockStep } from './step-prepare.ts'

/** Deletes replaced data. There is no way back from it, and nothing else is touched. */
export function deletion(context: OperationContext): Step[] {
  return [lockStep(context), deleteStep(context)]
}

function deleteStep(context: OperationContext): Step {
  const { plan, ports } = context
  return {
    ...planStepOf(plan, 'delete-data'),
    changes: true,
    run: async ({ signal }) => {
      const { deletes } = plan
      if (deletes === null) throw new Error(`The plan ${plan.id} does not say what it deletes.`)
      const replaced = await findReplaced(placeOfPlan(context), deletes, signal).catch((error: unknown) => {
        if (hasCode(error, 'backup.not-found')) return null
        throw error
      })
      // By the try before an interruption.
      if (replaced === null) return { kind: 'skipped', message: `${deletes.name} is deleted already.` }
      const stack = await ports.readStack(plan.stack, signal)
      await deleteReplaced(context, stack, deletes.operationId, replaced, signal)
      return { kind: 'done', message: `${replaced.name} is deleted.` }
    },
  }
}
