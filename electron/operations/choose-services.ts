import type { UpgradeOptions } from '../../shared/contract/operations.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { orderServices } from '../../shared/runbook/order-services.ts'
import { findJobs } from '../docker/compose-dependencies.ts'
import type { Stack } from '../stacks/stack.ts'
import { upgradedServices } from '../stacks/stack-version.ts'

/**
 * Services that an upgrade of these options takes, in the runbook's order, each behind the jobs that it waits for.
 * Those whose version is written in the same place go together: one cannot change without the others. Throws
 * `input.invalid` for one that cannot be.
 */
export function chooseServices(stack: Stack, options: Pick<UpgradeOptions, 'services'>): string[] {
  const possible = upgradedServices(stack)
  const strange = options.services.filter((name) => !possible.includes(name))
  if (strange.length > 0) {
    throw new SlipwayError('input.invalid', `${strange.join(', ')} cannot be upgraded in ${stack.ref.project}.`, {
      hint: `Choose among ${possible.join(', ') || 'no service at all'}.`,
    })
  }
  const places = new Set(options.services.map((name) => placeOf(stack, name)))
  const chosen =
    options.services.length === 0
      ? possible
      : possible.filter((name) => options.services.includes(name) || places.has(placeOf(stack, name)))
  return jobsFirst(stack, chosen)
}

/** Where a version is written, as far as several services may share the place. */
function placeOf({ pins }: Stack, service: string): string {
  const location = pins[service]?.location
  return location?.kind === 'variable' ? `${location.file} ${location.variable}` : `the image of ${service}`
}

/** The given order, but for jobs that a service waits for: they come before it, whatever the list says. */
function jobsFirst({ model }: Stack, services: readonly string[]): string[] {
  const waits = services.map((name) => ({
    name,
    after: findJobs(model, [name]).filter((job) => services.includes(job)),
  }))
  return orderServices(waits).map(({ name }) => name)
}
