import { keepTag } from '../../shared/operations/rollback-point.ts'
import type { ComposeProject } from '../docker/compose.ts'
import type { Host } from '../hosts/host.ts'
import type { OperationContext } from './operation-context.ts'
import type { ReturnTo } from './rollback-target.ts'

export type Describe = (argv: readonly string[], directory?: string) => string

/** Writes commands as a person would type them on the host. */
export function createDescribe(host: Pick<Host, 'describeCommand' | 'usesSudo'>): Describe {
  return (argv, directory) =>
    host.describeCommand(argv, {
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(argv[0] === 'docker' ? { sudo: host.usesSudo } : {}),
    })
}

/** `docker compose …` in the project directory; files are named only where Compose would not find the same ones. */
export function describeCompose(show: Describe, project: ComposeProject, rest: readonly string[]): string {
  const usual = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
  const [first] = project.files
  const found = project.files.length === 1 && usual.some((name) => first === `${project.directory}/${name}`)
  const files = found ? [] : project.files.flatMap((file) => ['--file', file])
  const envFiles = project.envFiles.flatMap((file) => ['--env-file', file])
  const name = project.directory.split('/').at(-1) === project.project ? [] : ['--project-name', project.project]
  return show(['docker', 'compose', ...name, ...envFiles, ...files, ...rest], project.directory)
}

export function upArgv(service: string): string[] {
  return ['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', service]
}

/** The part of the planned service step's commands that brings one service up: the same words forward and back. */
export function commandsToReplace({ plan }: OperationContext, service: string): string[] {
  return plan.steps.find((step) => step.kind === 'service' && step.service === service)?.commands ?? []
}

export function commandsToRestoreFiles({ host, mask, plan }: OperationContext, { point, files }: ReturnTo): string[] {
  const show = createDescribe(host)
  return [
    ...point.files
      .filter(({ edited }) => edited)
      .map(({ path, copy }) => show(['cp', '--preserve=mode', `${files.pointFiles}/${copy}`, path])),
    ...point.services.map(({ service, reference }) =>
      show(['docker', 'tag', keepTag(plan.stack.project, service, point.operationId), reference]),
    ),
  ].map(mask)
}

export function commandsToRestoreData(
  context: OperationContext,
  backupId: string,
  services: readonly string[],
): string[] {
  const planned = context.plan.steps.find(({ kind }) => kind === 'backup')?.commands ?? []
  return [
    `# Stop ${services.join(', ')}; put the files of ${context.layout.backups}/${backupId} in the place of the databases, as root;`,
    '# move the -wal and -shm files of the replaced databases away with them; then start the services.',
    ...planned.map((command) => `# backed up by: ${command}`),
  ]
}
