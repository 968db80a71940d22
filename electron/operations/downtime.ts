import type { RollbackChoice, ServiceChange, UpgradeOptions } from '../../shared/contract/operations.ts'
import { describeDowntime, type Halt } from '../../shared/operations/plan-sentences.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { datasetsTouchedBy, standstillOf, usersOf } from './datasets/of-stack.ts'
import { isOneShotMigration, waitsFor } from './step-migrate-once.ts'

/** What people will notice of an upgrade. */
export function downtimeOfUpgrade(
  stack: Stack,
  changes: readonly ServiceChange[],
  { skipBackup }: Pick<UpgradeOptions, 'skipBackup'>,
): string {
  const services = namesOf(changes)
  const job = services.find((service) => isOneShotMigration(stack.runbook.migrations, service))
  const halts =
    job === undefined
      ? []
      : [{ meanwhile: `${job} migrates`, still: { stop: waitsFor(stack, job, services), pause: [] } }]
  return tellDowntime(stack, services, [...haltsOfBackup(stack, skipBackup), ...halts])
}

/** What people will notice of a rollback by hand. */
export function downtimeOfRollback(
  stack: Stack,
  changes: readonly ServiceChange[],
  { restoreData, skipBackup }: RollbackChoice,
): string {
  const services = namesOf(changes)
  const users = restoreData ? usersOf(stack, datasetsTouchedBy(stack, services)) : []
  return tellDowntime(stack, services, [
    ...haltsOfBackup(stack, skipBackup),
    { meanwhile: 'the data is put back', still: { stop: users, pause: [] } },
  ])
}

function namesOf(changes: readonly ServiceChange[]): string[] {
  return changes.map(({ service }) => service)
}

function haltsOfBackup(stack: Stack, skipBackup: UpgradeOptions['skipBackup']): Halt[] {
  return skipBackup === null ? [{ meanwhile: 'the backup is made', still: standstillOf(stack) }] : []
}

/** What ends by design is not missed while it does not run. */
function tellDowntime({ runbook }: Stack, services: readonly string[], halts: readonly Halt[]): string {
  const restarted = services.filter((service) => serviceKind(runbook, service) === 'service')
  return describeDowntime(restarted, runbook.gate.settleSeconds, halts)
}
