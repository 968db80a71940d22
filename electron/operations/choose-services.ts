import type { UpgradeOptions } from '../../shared/contract/operations.ts'
import type { TargetVersion } from '../../shared/contract/versions.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { orderServices } from '../../shared/runbook/order-services.ts'
import { findJobs } from '../docker/compose-dependencies.ts'
import type { Stack } from '../stacks/stack.ts'
import { placeOf, upgradedServices, withSharedPlaces } from '../stacks/stack-version.ts'

type ChoosableStack = Pick<Stack, 'pins' | 'ref' | 'runbook'> & { readonly model: Pick<Stack['model'], 'services'> }

/**
 * Services that an upgrade of these options takes, in the runbook's order, each behind the jobs that it waits for.
 * Those whose version is written in the same place go together: one cannot change without the others. Throws
 * `input.invalid` for one that cannot be.
 */
export function chooseServices(stack: ChoosableStack, options: Pick<UpgradeOptions, 'services'>): string[] {
  const possible = upgradedServices(stack)
  const strange = options.services.filter((name) => !possible.includes(name))
  if (strange.length > 0) {
    throw new SlipwayError('input.invalid', `${strange.join(', ')} cannot be upgraded in ${stack.ref.project}.`, {
      hint: `Choose among ${possible.join(', ') || 'no service at all'}.`,
    })
  }
  const chosen = withSharedPlaces(stack, options.services)
  return jobsFirst(stack, chosen.length === 0 ? possible : possible.filter((name) => chosen.includes(name)))
}

export interface ChosenTarget {
  readonly service: string
  readonly version: string
}

/**
 * What each service of an upgrade goes to, in the order of `chooseServices`. Where the target names services it is them
 * that are taken, and those that share a place with one of them go to its version.
 */
export function chooseTargets(
  stack: ChoosableStack,
  target: TargetVersion,
  options: Pick<UpgradeOptions, 'services'>,
): ChosenTarget[] {
  if (typeof target === 'string') return chooseServices(stack, options).map((service) => ({ service, version: target }))
  const named = Object.keys(target)
  return chooseServices(stack, { services: named }).flatMap((service) => {
    const speaker = service in target ? service : named.find((name) => placeOf(stack, name) === placeOf(stack, service))
    const version = target[speaker ?? '']
    return version === undefined ? [] : [{ service, version }]
  })
}

/** The given order, but for jobs that a service waits for: they come before it, whatever the list says. */
function jobsFirst({ model }: ChoosableStack, services: readonly string[]): string[] {
  const waits = services.map((name) => ({
    name,
    after: findJobs(model, [name]).filter((job) => services.includes(job)),
  }))
  return orderServices(waits).map(({ name }) => name)
}
