import { type ImageIdOf, lookOnceMore } from './last-look.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { Step } from './step.ts'
import { requireImage } from './step-pull.ts'
import { tidyAfterCommit } from './tidy.ts'

/** Looks once more at everything that was changed, and then lets go of what is not needed any longer. */
export function commitStep(context: OperationContext, imageIdOf = newImageId(context)): Step {
  return {
    ...planStepOf(context.plan, 'commit'),
    changes: true,
    run: async (report) => {
      const passedOver = await lookOnceMore(context, imageIdOf, report)
      // From here on nothing that fails may take the new version back.
      await tidyAfterCommit(context, report)
      const message = `The stack runs ${context.plan.toVersion}.`
      return { kind: 'done', message, ...(passedOver === null ? {} : { passedOver }) }
    },
  }
}

function newImageId({ plan, session }: OperationContext): ImageIdOf {
  return async (service, signal) => {
    const change = plan.changes.find((candidate) => candidate.service === service)
    if (change === undefined) throw new Error(`The plan ${plan.id} does not change ${service}.`)
    return (await requireImage(session.engine, change.to, signal)).id
  }
}
