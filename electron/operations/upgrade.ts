import type { ServiceChange } from '../../shared/contract/operations.ts'
import type { Migration } from '../../shared/runbook/data-schema.ts'
import type { Stack } from '../stacks/stack.ts'
import type { OperationContext } from './operation-context.ts'
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
    ...context.plan.changes.map((change) => changeStep(context, migrations, change)),
    ...migrate(context, migrations, 'after-switch'),
    smokeTestStep(context),
    commitStep(context),
  ]
}

/** The service that migrates does not stay: it is followed to its end, and the others come after it. */
function changeStep(context: OperationContext, job: Migration, change: ServiceChange): Step {
  return isOneShotMigration(job, change.service) ? migrateOnceStep(context, job, change) : serviceStep(context, change)
}

function migrate(context: OperationContext, job: Migration, at: MigrationJob['at']): Step[] {
  return job.at === at ? [migrateStep(context, job)] : []
}
