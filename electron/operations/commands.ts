import { keepTag } from '../../shared/operations/rollback-point.ts'
import type { ComposeProject } from '../docker/compose.ts'
import type { Host } from '../hosts/host.ts'
import type { Stack } from '../stacks/stack.ts'
import { datasetsOf } from './backup-set.ts'
import { placeDataset } from './dataset-place.ts'
import { layOut } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import type { ReturnTo } from './rollback-target.ts'

export type ShowCommand = (argv: readonly string[], directory?: string) => string

/** Writes commands as a person would type them on the host. */
export function createShow(host: Pick<Host, 'describeCommand' | 'usesSudo'>): ShowCommand {
  return (argv, directory) =>
    host.describeCommand(argv, {
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(argv[0] === 'docker' ? { sudo: host.usesSudo } : {}),
    })
}

/** `docker compose …` in the project directory; files are named only where Compose would not find the same ones. */
export function describeCompose(show: ShowCommand, project: ComposeProject, rest: readonly string[]): string {
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
  const show = createShow(host)
  return [
    ...point.files
      .filter(({ edited }) => edited)
      .map(({ path, copy }) => show(['cp', '--preserve=mode', `${files.pointFiles}/${copy}`, path])),
    ...point.services.map(({ service, reference }) =>
      show(['docker', 'tag', keepTag(plan.stack.project, service, point.operationId), reference]),
    ),
  ].map(mask)
}

/** Set aside, copy, hand to the old owner: for one database whose services are stopped. */
const RESTORE_BY_HAND =
  'for part in "" -wal -shm; do [ ! -e "$2$part" ] || mv "$2$part" "$2.replaced$part"; done; ' +
  'cp "$1" "$2" && chown --reference="$2.replaced" "$2" && chmod --reference="$2.replaced" "$2" && ' +
  'sqlite3 "$2" "PRAGMA integrity_check"'

/** Stops the services and puts the copies of a backup in the place of their databases. */
export function commandsToRestoreData(stack: Stack, backupId: string, services: readonly string[]): string[] {
  const show = createShow(stack.session.host)
  const directory = `${layOut(stack.slipwayDirectory).backups}/${backupId}`
  const datasets = datasetsOf(stack).filter(({ service }) => services.includes(service))
  const restores = datasets.map((dataset) => {
    try {
      const { mount, container } = placeDataset(stack, dataset)
      const mounts = [mount, `${directory}:/slipway-backup:ro`, ...HOST_TOOLS].flatMap((volume) => ['--volume', volume])
      const script = ['--entrypoint', '/usr/bin/sh', container.imageId, '-c', RESTORE_BY_HAND, 'sh']
      const run = ['docker', 'run', '--rm', '--network', 'none', '--user', '0:0', ...mounts, ...script]
      return show([...run, `/slipway-backup/${dataset.id}.db`, dataset.path])
    } catch {
      return `# ${dataset.id}: where it is stored is not known while ${dataset.service} has no container`
    }
  })
  return [describeCompose(show, stack.project, ['stop', ...services]), ...restores]
}

/** What lends a container of any image the host's programs. */
export const HOST_TOOLS: readonly string[] = ['/usr', '/lib', '/lib64'].map((path) => `${path}:${path}:ro`)
