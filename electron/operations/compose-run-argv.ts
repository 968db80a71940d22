import type { ComposeProject } from '../docker/compose.ts'
import { buildComposeArgv } from '../docker/compose-argv.ts'
import { OPERATION_LABEL } from './datasets/throwaway-container.ts'
import type { MigrationJob } from './step-migrate.ts'

/**
 * What follows `docker` for a one-off container of a service. Without a terminal, which would corrupt its output; and
 * detached, so that it neither ends with the connection nor is run twice because of it.
 */
export function composeRunArgv(
  project: ComposeProject,
  job: Pick<MigrationJob, 'service' | 'argv'>,
  operationId: string,
): string[] {
  const [, ...argv] = buildComposeArgv({ path: 'docker', flags: [] }, project, runSubcommand(job, operationId))
  return argv
}

export function runSubcommand(job: Pick<MigrationJob, 'service' | 'argv'>, operationId: string): string[] {
  const label = `${OPERATION_LABEL}=${operationId}`
  return ['run', '--detach', '--no-deps', '-T', '--label', label, job.service, ...job.argv]
}
