import type { ComposeProject } from '../docker/compose.ts'
import { buildComposeArgv } from '../docker/compose-argv.ts'
import type { MigrationJob } from './step-migrate.ts'

/** What follows `docker` for a one-off container of a service: without a terminal, which would corrupt its output. */
export function composeRunArgv(project: ComposeProject, job: Pick<MigrationJob, 'service' | 'argv'>): string[] {
  const [, ...argv] = buildComposeArgv({ path: 'docker', flags: [] }, project, [
    'run',
    '--rm',
    '--no-deps',
    '-T',
    job.service,
    ...job.argv,
  ])
  return argv
}
