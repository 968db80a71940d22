import { SlipwayError } from '../../shared/errors.ts'
import type { Migration } from '../../shared/runbook/data-schema.ts'
import { composeRunArgv } from './compose-run-argv.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { Step } from './step.ts'

/** A migration that is a command of its own. */
export type MigrationJob = Extract<Migration, { argv: string[] }>

/** Runs the product's migration in a container of its own, from the new image, and keeps what it said. */
export function migrateStep(context: OperationContext, job: MigrationJob): Step {
  const { plan, ports, cli, host } = context
  return {
    ...planStepOf(plan, 'migrate'),
    changes: true,
    run: async (report) => {
      const stack = await ports.readStack(plan.stack, report.signal)
      const result = await cli.run(composeRunArgv(stack.project, job), {
        signal: report.signal,
        timeoutMs: job.timeoutSeconds * 1000,
        okCodes: 'any',
        onOutput: (_stream, text) => report.showOutput(context.mask(text)),
      })
      const output = `${result.stdout}${result.stderr}`
      await report.keep('migration-output.txt', `Output of the migration, exit code ${result.code}`, output)
      if (result.code === 0) return { kind: 'done', message: 'Exit code 0.' }
      throw new SlipwayError(
        'migration.failed',
        `The migration on ${host.label} ended with exit code ${result.code}.`,
        {
          hint: 'Its whole output is kept with this operation.',
          details: { output: context.mask(output.slice(-2000)) },
        },
      )
    },
  }
}
