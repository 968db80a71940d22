import { SlipwayError } from '../../../shared/errors.ts'
import { parseSetting } from '../../../shared/runbook/setting.ts'
import { readVariable } from '../../stacks/read-variable.ts'
import type { Stack } from '../../stacks/stack.ts'

/** A setting of a data set, or the variable that it names: `backup.failed` where that is not set. */
export function resolveSetting(stack: Pick<Stack, 'model' | 'containers'>, service: string, setting: string): string {
  const reference = parseSetting(setting)
  if (reference === null) return setting
  const { variable, fallback } = reference
  const owner = reference.service ?? service
  const value = readVariable(stack, owner, variable) || fallback
  if (value !== null) return value
  throw new SlipwayError(
    'backup.failed',
    `The runbook asks for the variable ${variable} of service ${owner}, which is not set.`,
    { state: 'Nothing was changed.', hint: 'Set it, or write the value into a runbook of your own.' },
  )
}
