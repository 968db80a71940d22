import { editPins, type PinEdit } from '../stacks/edit-pin.ts'
import type { Stack } from '../stacks/stack.ts'
import { readPinSources } from '../stacks/stack-files.ts'

/** The edits that write these tags (service → tag) into the stack's files as they are now. Nothing is written. */
export async function findPinEdits(
  stack: Stack,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<PinEdit[]> {
  return editPins(await readPinSources(stack.session.host, stack.project, signal), tags)
}
