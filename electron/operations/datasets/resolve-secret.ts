import { readVariable } from '../../stacks/read-variable.ts'
import type { Stack } from '../../stacks/stack.ts'

/** A secret of the runbook as the stack sets it; null where it does not, or the runbook names none. */
export function resolveSecret(stack: Stack, id: string | undefined): string | null {
  const secret = stack.runbook.secrets.find((known) => known.id === id)
  return secret === undefined ? null : readVariable(stack, secret.service, secret.variable)
}
