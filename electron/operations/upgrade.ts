import type { Migration } from '../../shared/runbook/data-schema.ts'
import type { Stack } from '../stacks/stack.ts'
import type { OperationContext } from './operation-context.ts'
import { groupByStep } from './service-steps.ts'
import type { Step } from './step.ts'
import { commitStep } from './step-commit.ts'
import { type MigrationJob, migrateStep } from './step-migrate.ts'
import { isOneShotMigration, migrateOnceStep } from './step-migrate-once.ts'
import { pinStep } from './step-pin.ts'
import { backupStep, lockStep, rollbackPointStep } from './step-prepare.ts'
import { pullStep } from './step-pull.ts'
import { serviceStep } from './step-service.ts'
import { smokeTestStep } from './step-smoke-test.ts'

/** An upgrade, from the lock to the commit. Until the pin nothing on the stack differs. */
export function upgrade(context: OperationContext, stack: Stack): Step[] {
  const { migrations } = stack.runbook
  return [
    lockStep(context),
    backupStep(context),
    rollbackPointStep(context),
    pullStep(context),
    pinStep(context),
    ...migrate(context, migrations, 'before-switch'),
    ...groupByStep(
      context.plan,
      context.plan.changes.map(({ service }) => service),
    ).map((services) => changeStep(context, migrations, services)),
    ...migrate(context, migrations, 'after-switch'),
    smokeTestStep(context),
    commitStep(context),
  ]
}

/** The service that migrates does not stay: it is followed to its end, and the others come after it. */
function changeStep(context: OperationContext, job: Migration, services: readonly string[]): Step {
  const changes = context.plan.changes.filter(({ service }) => services.includes(service))
  const [first] = changes
  if (first !== undefined && isOneShotMigration(job, first.service)) return migrateOnceStep(context, job, first)
  return serviceStep(context, changes)
}

function migrate(context: OperationContext, job: Migration, at: MigrationJob['at']): Step[] {
  return job.at === at ? [migrateStep(context, job)] : []
}
