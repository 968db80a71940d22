import type { ComposeProject } from '../docker/compose.ts'
import type { MigrationJob } from './step-migrate.ts'

/** `docker …` for a one-off container of a service: without a terminal, which would corrupt its output. */
export function composeRunArgv(project: ComposeProject, job: Pick<MigrationJob, 'service' | 'argv'>): string[] {
  const { directory, files, envFiles } = project
  return [
    'compose',
    '--project-name',
    project.project,
    '--project-directory',
    directory,
    ...envFiles.flatMap((file) => ['--env-file', file]),
    ...files.flatMap((file) => ['--file', file]),
    'run',
    '--rm',
    '--no-deps',
    '-T',
    job.service,
    ...job.argv,
  ]
}
