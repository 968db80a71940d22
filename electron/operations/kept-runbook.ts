import { z } from 'zod'
import type { Plan } from '../../shared/contract/operations.ts'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { rebindStack } from '../stacks/rebind-stack.ts'
import type { BoundRunbook } from '../stacks/runbook-library.ts'
import type { Stack } from '../stacks/stack.ts'
import { FILE_MODE, layOutOperation } from './layout.ts'
import { type Place, placeOf } from './operation-files.ts'
import { isPlannedBy, otherRunbook } from './plan-runbook.ts'
import { hasCode } from './runner.ts'

const keptSchema = z.object({ source: z.enum(['stack', 'user', 'built-in', 'generic']), runbook: runbookSchema })

/**
 * Keeps the runbook that an operation goes by beside its plan: whoever goes on with it may have another one, as on another
 * computer or after an update of the app.
 */
export async function keepRunbook({ session: { host }, slipwayDirectory, ...stack }: Stack, id: string): Promise<void> {
  const kept: z.infer<typeof keptSchema> = { source: stack.runbookSource, runbook: stack.binding.written }
  const { runbook: path } = layOutOperation(slipwayDirectory, id)
  await host.files.writeAtomic(path, `${JSON.stringify(kept, null, 2)}\n`, { mode: FILE_MODE })
}

/**
 * How the stack is to be read while an operation is gone on with: by the runbook that the plan was made by. Throws
 * `operation.blocked` where that is neither the one that counts nor kept.
 */
export async function bindAsPlanned(plan: Plan, stack: Stack): Promise<(stack: Stack) => Stack> {
  if (isPlannedBy(plan, stack)) return (one) => one
  const kept = await readKept(placeOf(stack), plan.id)
  if (kept?.runbook.id !== plan.runbookId) throw otherRunbook(plan, stack, 'operation.blocked')
  return (one) => rebindStack(one, kept)
}

/** Null where there is none, or none that this version understands. */
async function readKept({ host, slipwayDirectory }: Place, id: string): Promise<BoundRunbook | null> {
  try {
    const bytes = await host.files.read(layOutOperation(slipwayDirectory, id).runbook)
    const { data } = keptSchema.safeParse(JSON.parse(bytes.toString('utf8')))
    return data === undefined ? null : { ...data, layers: [] }
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'host.file-missing')) return null
    throw error
  }
}
