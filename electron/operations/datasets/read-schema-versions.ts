import type { Stack } from '../../stacks/stack.ts'
import type { OperationContext } from '../operation-context.ts'
import { kindOf } from './kinds.ts'
import { datasetsTouchedBy, schemaQueryOf } from './of-stack.ts'

/** The schema version of each data set that the runbook can ask for, read from the databases as they are. */
export async function readSchemaVersions(
  { host, cli, plan }: Pick<OperationContext, 'host' | 'cli' | 'plan'>,
  stack: Stack,
  services: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const versions: Record<string, string> = {}
  for (const dataset of datasetsTouchedBy(stack, services)) {
    const query = schemaQueryOf(stack, dataset.id)
    if (query === '') continue
    const version = await kindOf(dataset).query({ host, cli, stack, dataset, operationId: plan.id, signal }, query)
    if (version !== null) versions[dataset.id] = version
  }
  return versions
}
