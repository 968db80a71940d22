import { SlipwayError } from '../../shared/errors.ts'
import type { Migration } from '../../shared/runbook/data-schema.ts'
import { LABELS } from '../stacks/discovery.ts'
import { composeRunArgv } from './compose-run-argv.ts'
import { OPERATION_LABEL } from './datasets/throwaway-container.ts'
import { followContainer } from './follow-container.ts'
import { concludeMigration } from './migration-evidence.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { Step } from './step.ts'

/** A migration that is a command of its own. */
export type MigrationJob = Extract<Migration, { argv: string[] }>

/**
 * Runs the product's migration in a container of its own, from the new image, and keeps what it said. One that an
 * interrupted try has begun is waited for, and not run a second time: its container, which tells that it has run and how
 * it ended, stays until the operation is over.
 */
export function migrateStep(context: OperationContext, job: MigrationJob): Step {
  const { plan, ports, cli } = context
  return {
    ...planStepOf(plan, 'migrate'),
    changes: true,
    run: async (report) => {
      const stack = await ports.readStack(plan.stack, report.signal)
      const startedAt = performance.now()
      const known = await findContainer(context, job, report.signal)
      if (known !== null) await report.say('It had been started already, and is not run a second time.')
      else await cli.run(composeRunArgv(stack.project, job, plan.id), { signal: report.signal })
      const id = known ?? (await findContainer(context, job, report.signal))
      if (id === null) throw vanished(context, job)
      const { exitCode, output } = await followContainer(context, id, job.timeoutSeconds, report)
      const end = { service: job.service, exitCode, output, durationMs: performance.now() - startedAt }
      return { kind: 'done', ...(await concludeMigration(context, end, report)) }
    },
  }
}

/** The container in which this operation runs, or ran, its migration. */
async function findContainer(
  { plan, session }: OperationContext,
  { service }: MigrationJob,
  signal: AbortSignal,
): Promise<string | null> {
  const labels = [`${OPERATION_LABEL}=${plan.id}`, `${LABELS.service}=${service}`]
  const [row] = await session.engine.listContainers({ labels, all: true }, { signal })
  return row?.id ?? null
}

function vanished({ host }: OperationContext, { service }: MigrationJob): SlipwayError {
  return new SlipwayError('migration.failed', `The migration of ${service} on ${host.label} left no container.`, {
    hint: 'Look who else works on this stack.',
  })
}
