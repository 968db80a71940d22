import { posix } from 'node:path'
import type { PlanStep } from '../../shared/contract/operations.ts'
import { describeLineEdits } from '../../shared/operations/line-edits.ts'
import type { RollbackPoint } from '../../shared/operations/rollback-point.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { ComposeProject } from '../docker/compose.ts'
import { stopSubcommand, type UpMode, upSubcommand } from '../docker/compose-argv.ts'
import type { PinEdit } from '../stacks/edit-pin.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsTouchedBy, splitByModel, usersOf } from './datasets/of-stack.ts'
import { layOut } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
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

/** Gives each old image its tag again. What is named by digest has none to be given. */
export function commandsToTag({ session }: Pick<Stack, 'session'>, { services }: RollbackPoint): string[] {
  return services
    .filter(({ reference }) => parseImageReference(reference).digest === null)
    .map(({ keepTag, reference }) => createShow(session)(['docker', 'tag', keepTag, reference]))
}

/** The same edits by hand. */
export function commandsToEdit({ session }: Pick<Stack, 'session'>, edits: readonly PinEdit[]): string[] {
  return edits.flatMap(({ path, before, after }) => {
    const commands = describeLineEdits(path, before, after)
    return commands === null ? [`# Edit ${path} as the diff shows.`] : commands.map((argv) => createShow(session)(argv))
  })
}

/** Stops the services and puts the copies of a backup in the place of their data. */
export function commandsToRestoreData(stack: Stack, backupId: string, services: readonly string[]): string[] {
  const directory = `${layOut(stack.slipwayDirectory).backups}/${backupId}`
  const datasets = datasetsTouchedBy(stack, services)
  const restores = datasets.flatMap((dataset) => kindOf(dataset).restoreCommands(stack, dataset, directory))
  const users = usersOf(stack, datasets)
  // The others are brought up by steps of their own.
  const startedHere = users.filter((user) => !services.includes(user) && serviceKind(stack.runbook, user) === 'service')
  return [...commandsToStop(stack, users), ...restores, ...commandsToStart(stack, startedHere)]
}

function commandsToStart(stack: Stack, services: readonly string[]): string[] {
  const there = services.filter((service) => (stack.containers[service] ?? []).length > 0)
  return there.length === 0 ? [] : [createShow(stack.session)(['docker', 'start', ...containerNames(stack, there)])]
}

function commandsToStop(stack: Stack, services: readonly string[]): string[] {
  const show = createShow(stack.session)
  const { known, orphaned } = splitByModel(stack, services)
  // Without any name, Compose would stop everything.
  const byCompose = known.length === 0 ? [] : [describeCompose(show, stack.project, stopSubcommand(known))]
  const byName = orphaned.length === 0 ? [] : [show(['docker', 'stop', ...containerNames(stack, orphaned)])]
  return [...byCompose, ...byName]
}
