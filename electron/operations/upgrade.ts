import type { Stack } from '../stacks/stack.ts'
import type { OperationContext } from './operation-context.ts'
import type { Step } from './step.ts'
import { commitStep } from './step-commit.ts'
import { type MigrationJob, migrateStep } from './step-migrate.ts'
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
    ...context.plan.changes.map((change) => serviceStep(context, change)),
    ...migrate(context, migrations, 'after-switch'),
    smokeTestStep(context),
    commitStep(context),
  ]
}

function migrate(context: OperationContext, job: Stack['runbook']['migrations'], at: MigrationJob['at']): Step[] {
  return job.at === at ? [migrateStep(context, job)] : []
}
