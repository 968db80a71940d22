import type { ServiceChange } from '../../shared/contract/operations.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { sha256 } from './file-sha.ts'
import type { OperationContext } from './operation-context.ts'
import { findPinEdits } from './pin-edits.ts'
import { planStepOf } from './plan-step-of.ts'
import type { Step } from './step.ts'
import { provideImage } from './step-pull.ts'

/**
 * Writes the version where the stack keeps it, and lets its tag mean the image that was pulled: the first that changes
 * what a `docker compose up` by hand would do. Every other byte of the files stays.
 */
export function pinStep(context: OperationContext): Step {
  const { plan, ports, host } = context
  return {
    ...planStepOf(plan, 'pin'),
    changes: true,
    run: async (report) => {
      const { signal, say } = report
      for (const change of plan.options.skipPull ? [] : plan.changes) await provideImage(context, change, report)
      const stack = await ports.readStack(plan.stack, signal)
      const edits = await findPinEdits(stack, tagsOf(plan.changes), signal)
      for (const planned of plan.edits) {
        const now = sha256(await host.files.read(planned.path, { signal }))
        if (now === planned.afterSha256) continue
        const edit = edits.find(({ path }) => path === planned.path)
        if (now !== planned.beforeSha256 || edit === undefined || sha256(edit.after) !== planned.afterSha256) {
          throw editedMeanwhile(host.label, planned.path)
        }
        await host.files.writeAtomic(planned.path, edit.after, { signal })
        await say(`${planned.path} written.`)
      }
      context.ports.onFilesChanged?.(plan.stack)
      return { kind: 'done', message: `Version ${plan.toVersion} is pinned.` }
    },
  }
}

/** Service → tag. */
export function tagsOf(changes: readonly ServiceChange[]): Record<string, string> {
  return Object.fromEntries(
    changes.map(({ service, to }) => [service, parseImageReference(to.reference).tag ?? to.version]),
  )
}

export function editedMeanwhile(label: string, path: string): SlipwayError {
  return new SlipwayError('stack.edited-meanwhile', `${path} on ${label} was edited after the plan was made.`, {
    state: 'The edit was not overwritten.',
    hint: 'Look at the edit, then plan again.',
  })
}
