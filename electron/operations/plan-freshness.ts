import type { Plan } from '../../shared/contract/operations.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { Stack } from '../stacks/stack.ts'
import { sha256 } from './file-sha.ts'
import { requireRunbook } from './plan-runbook.ts'
import { editedMeanwhile } from './step-pin.ts'
import { describeFrom } from './upgrade-target.ts'

/** Throws `stack.edited-meanwhile` or `operation.plan-stale` when the stack is not what the plan was made from. */
export async function requireFresh(plan: Plan, stack: Stack): Promise<void> {
  const { host } = stack.session
  requireRunbook(plan, stack, 'operation.plan-stale')
  for (const { path, beforeSha256 } of plan.edits) {
    if (sha256(await host.files.read(path)) !== beforeSha256) throw editedMeanwhile(host.label, path)
  }
  const moved = plan.changes.find(({ service, from }) => {
    const now = describeFrom(stack, service)
    // An image without a digest is known by its version alone.
    return now.reference !== from.reference || now.digest !== from.digest || now.version !== from.version
  })
  if (moved === undefined) return
  throw new SlipwayError(
    'operation.plan-stale',
    `${moved.service} on ${host.label} no longer runs ${moved.from.reference}.`,
    {
      state: 'Nothing was changed.',
      hint: 'Somebody has changed the stack since. Plan again.',
    },
  )
}
