import type { GateEvidence } from '../../shared/contract/operations.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { OperationContext } from './operation-context.ts'
import { readRollbackPoint } from './rollback-point.ts'
import type { StepReport } from './step.ts'

/** How a migration that is a process of its own has ended. */
export interface MigrationEnd {
  readonly service: string
  /** Null: a signal ended it, or nobody could see how. */
  readonly exitCode: number | null
  readonly output: string
  readonly durationMs: number
}

/**
 * Keeps what a migration said and how it ended, with the schema versions then and now. Throws `migration.failed` where
 * its exit code, or a schema that is not what its version must have, says that it did not succeed.
 */
export async function concludeMigration(
  context: OperationContext,
  end: MigrationEnd,
  report: StepReport,
): Promise<{ readonly message: string }> {
  const { host } = context
  const { exitCode, output } = end
  await report.keep('migration-output.txt', `Output of the migration, exit code ${exitCode}`, output || '(no output)\n')
  await report.addEvidence(describeEnd(end))
  const schemas = await noteSchemas(context, end.service, report)
  const details = { output: context.mask(output.slice(-2000)) }
  if (exitCode !== 0) {
    const how = exitCode === null ? 'was ended before it was through' : `ended with exit code ${exitCode}`
    throw new SlipwayError('migration.failed', `The migration on ${host.label} ${how}.`, {
      hint: 'Its whole output is kept with this operation.',
      details,
    })
  }
  const wrong = schemas.find(({ verdict, schema }) => schema?.expected != null && verdict !== 'passed')
  if (wrong !== undefined) {
    const message = `The migration on ${host.label} ended with exit code 0, but ${wrong.title}: ${wrong.detail}`
    throw new SlipwayError('migration.failed', message, { hint: 'Read its output, which is kept.', details })
  }
  const changes = schemas.flatMap(({ schema }) =>
    schema === undefined || schema.before === schema.after ? [] : [`${schema.before ?? '?'} → ${schema.after ?? '?'}`],
  )
  return { message: changes.length === 0 ? 'Exit code 0.' : `Exit code 0, schema ${changes.join(', ')}.` }
}

function describeEnd({ exitCode, durationMs, output }: MigrationEnd): GateEvidence {
  const lines = output.trimEnd() === '' ? 0 : output.trimEnd().split('\n').length
  const said = lines === 1 ? 'one line' : `${lines} lines`
  return {
    title: 'Migration',
    verdict: exitCode === 0 ? 'passed' : 'failed',
    detail: `Exit code ${exitCode ?? 'unknown'} after ${Math.round(durationMs / 100) / 10} s, ${said} of output.`,
    probe: null,
  }
}

async function noteSchemas(
  context: OperationContext,
  service: string,
  report: StepReport,
): Promise<readonly GateEvidence[]> {
  const { plan, ports, host, files } = context
  const stack = await ports.readStack(plan.stack, report.signal)
  const point = await readRollbackPoint(host, files, report.signal)
  const before = point?.schemaVersions ?? {}
  // Before the switch the old version runs, on a schema that is the new one's already.
  const version = plan.changes.find((change) => change.service === service)?.to.version
  const request = { before, ...(version === undefined ? {} : { version }), signal: report.signal }
  const evidence = await ports.askSchemas(stack, service, request)
  for (const one of evidence) await report.addEvidence(one)
  return evidence
}
