import type { Standstill } from '../../../shared/operations/plan-sentences.ts'
import type { Dataset } from '../../../shared/runbook/data-schema.ts'
import type { Stack } from '../../stacks/stack.ts'
import { kindOf } from './kinds.ts'

/** All that the runbook, as it fits the stack, names. A service that ought to be there and is not fails the backup. */
export function datasetsOf(stack: Stack): readonly Dataset[] {
  return stack.runbook.backup?.datasets ?? []
}

/** Services that stand still while all data sets are taken, so that these are of one moment. */
export function standstillOf({ runbook }: Stack): Standstill {
  return { stop: runbook.backup?.stop ?? [], pause: runbook.backup?.pause ?? [] }
}

/** Data sets that a new version of some services may change: those that they, or what they share them with, work on. */
export function datasetsTouchedBy(stack: Stack, services: readonly string[]): readonly Dataset[] {
  return datasetsOf(stack).filter((dataset) =>
    [dataset.service, ...kindOf(dataset).users(stack, dataset)].some((user) => services.includes(user)),
  )
}

/** Services that must stand still while these data sets are replaced. */
export function usersOf(stack: Stack, datasets: readonly Dataset[]): string[] {
  return [...new Set(datasets.flatMap((dataset) => kindOf(dataset).users(stack, dataset)))]
}

export function schemaQueryOf(stack: Stack, dataset: string): string {
  return stack.runbook.migrations.schemaVersions.find((known) => known.dataset === dataset)?.query ?? ''
}
