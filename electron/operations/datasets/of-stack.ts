import type { BackupManifest, DatasetBackup } from '../../../shared/operations/backup-manifest.ts'
import type { Standstill } from '../../../shared/operations/plan-sentences.ts'
import type { Dataset } from '../../../shared/runbook/data-schema.ts'
import type { LeftOut } from '../../stacks/fitting.ts'
import { describeLeftOut, leftOutOf } from '../../stacks/left-out.ts'
import type { Stack } from '../../stacks/stack.ts'
import { kindOf } from './kinds.ts'

/** All that the runbook, as it fits the stack, names. A service that ought to be there and is not fails the backup. */
export function datasetsOf(stack: Stack): readonly Dataset[] {
  return stack.runbook.backup?.datasets ?? []
}

/** Data sets that the runbook names and this stack does not have, with why. */
export function datasetsLeftOut(stack: Stack): readonly LeftOut[] {
  return leftOutOf(stack, 'backup')
}

/** Those of them whose service is not in the stack: where the data is then, nobody has said. */
export function datasetsElsewhere(stack: Stack): readonly LeftOut[] {
  const { services, backup } = stack.binding.written
  const isHere = (service: string) => {
    const aliases = services.find(({ name }) => name === service)?.aliases ?? []
    return [service, ...aliases].some((name) => Object.hasOwn(stack.model.services, name))
  }
  const elsewhere = new Set(backup?.datasets.filter(({ service }) => !isHere(service)).map(({ id }) => id))
  return datasetsLeftOut(stack).filter(({ name }) => elsewhere.has(name))
}

/** Why there is nothing to back up, in sentences; null: there is something. */
export function explainNoData(stack: Stack): string | null {
  if (datasetsOf(stack).length > 0) return null
  const leftOut = datasetsLeftOut(stack)
  if (leftOut.length === 0) return 'The runbook names no data to back up.'
  return `This stack has none of the data sets that the runbook names. ${describeLeftOut(leftOut)}`
}

/** What a backup of this stack holds, and its runbook does not name: nobody can say how to put that back. */
export function datasetsUnnamed(
  stack: Stack,
  { datasets }: Pick<BackupManifest, 'datasets'>,
): readonly Pick<DatasetBackup, 'dataset' | 'service'>[] {
  const isNamed = (one: DatasetBackup) =>
    datasetsOf(stack).some(({ id, kind }) => id === one.dataset && kind === one.kind)
  // That of a service which is no longer there has no place to go to.
  return datasets.filter((one) => !isNamed(one) && Object.hasOwn(stack.model.services, one.service))
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

/** Compose refuses to work on what its model does not have (any more); containers of such services may still be there. */
export function splitByModel(
  { model }: Stack,
  services: readonly string[],
): { readonly known: readonly string[]; readonly orphaned: readonly string[] } {
  const isKnown = (name: string) => Object.hasOwn(model.services, name)
  return { known: services.filter(isKnown), orphaned: services.filter((name) => !isKnown(name)) }
}

export function schemaQueryOf(stack: Stack, dataset: string): string {
  return stack.runbook.migrations.schemaVersions.find((known) => known.dataset === dataset)?.query ?? ''
}
