import { SlipwayError } from '../../../shared/errors.ts'
import { fillTemplate } from '../../../shared/runbook/template.ts'
import { readVariable } from '../../stacks/read-variable.ts'
import type { Stack } from '../../stacks/stack.ts'

/** A setting of a data set with each `${env:NAME}` replaced by the service's variable: `backup.failed` where it is not set. */
export function resolveSetting(stack: Stack, service: string, setting: string): string {
  return fillTemplate(setting, ({ kind, name, text }) => {
    if (kind !== 'env') return text
    const value = readVariable(stack, service, name)
    if (value !== null && value !== '') return value
    throw new SlipwayError(
      'backup.failed',
      `The runbook asks for the variable ${name} of service ${service}, which is not set.`,
      { state: 'Nothing was changed.', hint: 'Set it, or write the value into a runbook of your own.' },
    )
  })
}
