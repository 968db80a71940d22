import { posix } from 'node:path'
import type { PlanStep } from '../../shared/contract/operations.ts'
import { keepTag } from '../../shared/operations/rollback-point.ts'
import type { ComposeProject } from '../docker/compose.ts'
import { stopSubcommand, type UpMode, upSubcommand } from '../docker/compose-argv.ts'
import type { Stack } from '../stacks/stack.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsTouchedBy, splitByModel, usersOf } from './datasets/of-stack.ts'
import { layOut } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import type { ReturnTo } from './rollback-target.ts'
import { findServiceStep } from './service-steps.ts'
import { createShow, type ShowCommand } from './show-command.ts'

/** `docker compose …` in the project directory: what is run, but for how its output looks, in fewer words. */
export function describeCompose(show: ShowCommand, project: ComposeProject, rest: readonly string[]): string {
  const { directory, files, envFiles } = project
  const shorten = (path: string) => (posix.dirname(path) === directory ? posix.basename(path) : path)
  // Of itself, Compose takes the folder of the first file.
  const elsewhere = files[0] === undefined || posix.dirname(files[0]) !== directory
  const argv = [
    ...['docker', 'compose', '-p', project.project],
    ...(elsewhere ? ['--project-directory', directory] : []),
    ...files.flatMap((file) => ['-f', shorten(file)]),
    ...envFiles.flatMap((file) => ['--env-file', shorten(file)]),
  ]
  return show([...argv, ...rest], directory)
}

/** Brings services up as `Compose.up` does. */
export function commandsToBringUp(stack: Stack, services: readonly string[], mode: UpMode): string[] {
  const show = createShow(stack.session)
  const up = describeCompose(show, stack.project, upSubcommand(services, mode))
  return mode.noStart ? [up, show(['docker', 'start', ...containerNames(stack, services)])] : [up]
}

/** As Compose calls a container where there is none yet. */
export function containerNames({ containers, project }: Stack, services: readonly string[]): string[] {
  return services.flatMap((service) => {
    const names = (containers[service] ?? []).map(({ name }) => name)
    return names.length === 0 ? [`${project.project}-${service}-1`] : names
  })
}

/** The planned commands that bring a service up: the same words forward and back. */
export function commandsToReplace({ plan }: OperationContext, service: string): string[] {
  const migrates = (step: PlanStep) => step.kind === 'migrate' && step.service === service
  return (findServiceStep(plan, service) ?? plan.steps.find(migrates))?.commands ?? []
}

export function commandsToRestoreFiles(
  { session, mask, plan }: OperationContext,
  { point, files }: ReturnTo,
): string[] {
  const show = createShow(session)
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
  const directory = `${layOut(stack.slipwayDirectory).backups}/${backupId}`
  const datasets = datasetsTouchedBy(stack, services)
  const restores = datasets.flatMap((dataset) => kindOf(dataset).restoreCommands(stack, dataset, directory))
  return [...commandsToStop(stack, usersOf(stack, datasets)), ...restores]
}

function commandsToStop(stack: Stack, services: readonly string[]): string[] {
  const show = createShow(stack.session)
  const { known, orphaned } = splitByModel(stack, services)
  // Without any name, Compose would stop everything.
  const byCompose = known.length === 0 ? [] : [describeCompose(show, stack.project, stopSubcommand(known))]
  const byName = orphaned.length === 0 ? [] : [show(['docker', 'stop', ...containerNames(stack, orphaned)])]
  return [...byCompose, ...byName]
}
