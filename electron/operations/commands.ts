import type { PlanStep } from '../../shared/contract/operations.ts'
import { keepTag } from '../../shared/operations/rollback-point.ts'
import type { ComposeProject } from '../docker/compose.ts'
import type { Stack } from '../stacks/stack.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsTouchedBy, usersOf } from './datasets/of-stack.ts'
import { layOut } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import type { ReturnTo } from './rollback-target.ts'
import { findServiceStep } from './service-steps.ts'
import { createShow, type ShowCommand } from './show-command.ts'

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

export function upArgv(services: readonly string[]): string[] {
  return ['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', ...services]
}

/** The planned commands that bring a service up: the same words forward and back. */
export function commandsToReplace({ plan }: OperationContext, service: string): string[] {
  const migrates = (step: PlanStep) => step.kind === 'migrate' && step.service === service
  return (findServiceStep(plan, service) ?? plan.steps.find(migrates))?.commands ?? []
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

/** Stops the services and puts the copies of a backup in the place of their data. */
export function commandsToRestoreData(stack: Stack, backupId: string, services: readonly string[]): string[] {
  const show = createShow(stack.session.host)
  const directory = `${layOut(stack.slipwayDirectory).backups}/${backupId}`
  const datasets = datasetsTouchedBy(stack, services)
  const restores = datasets.flatMap((dataset) => kindOf(dataset).restoreCommands(stack, dataset, directory))
  return [describeCompose(show, stack.project, ['stop', ...usersOf(stack, datasets)]), ...restores]
}
