import { findDependencies } from '../docker/compose-dependencies.ts'
import type { Stack } from '../stacks/stack.ts'

type Bound = Pick<Stack, 'runbook' | 'model'>

/**
 * The service whose version says what the schema of a data set has to be: the one that migrates, which need not be the
 * one that stores the data. Null where nobody in the stack does.
 */
export function schemaOwner(stack: Bound, datasetId: string): string | null {
  const { runbook, model } = stack
  const storedBy = runbook.backup?.datasets.find(({ id }) => id === datasetId)?.service
  const upgraded = runbook.services.filter(({ name, upgrade }) => upgrade && model.services[name] !== undefined)
  const isUpgraded = (name: string | undefined) => upgraded.some((service) => service.name === name)
  const named = [runbook.migrations.service, storedBy, runbook.versions.service].find(isUpgraded)
  if (named !== undefined) return named
  const users = upgraded.filter(
    ({ name, kind }) =>
      kind === 'service' && storedBy !== undefined && findDependencies(model, [name]).includes(storedBy),
  )
  return (users[0] ?? upgraded.find(({ kind }) => kind === 'service'))?.name ?? null
}

/** What a runbook can ask about the schemas that are a service's business. */
export function schemasOf(stack: Bound, service: string): Bound['runbook']['migrations']['schemaVersions'] {
  return stack.runbook.migrations.schemaVersions.filter(({ dataset }) => schemaOwner(stack, dataset) === service)
}
