import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { Stack } from '../../../stacks/stack.ts'
import { createShow, HOST_TOOLS } from '../../show-command.ts'
import { type Place, placePath } from '../place.ts'
import { discardKeptCommands } from '../swap-folders.ts'

type Dataset = DatasetOf<'volume'>

export function backUpCommands(stack: Stack, dataset: Dataset, directory: string): string[] {
  return withPlace(stack, dataset, (place) => {
    const show = createShow(stack.session)
    const excludes = dataset.exclude.map((pattern) => `--exclude=./${pattern}`)
    const archive = ['--create', `--file=/slipway-backup/${dataset.id}.tar`, '--numeric-owner', '--acls', '--xattrs']
    return [
      show([...runArgv(place, directory), ...archive, ...excludes, `--directory=${dataset.path}`, '.']),
      show(['sha256sum', `${directory}/${dataset.id}.tar`]),
    ]
  })
}

/**
 * What is there is packed beside the backup, and goes only then: what was made since must not stay among the old files.
 * In one line, so that nothing is deleted or mixed where the packing fails.
 */
export function restoreCommands(stack: Stack, dataset: Dataset, directory: string): string[] {
  return withPlace(stack, dataset, (place) => {
    const show = createShow(stack.session)
    const tar = runArgv(place, directory)
    const kinds = ['--numeric-owner', '--acls', '--xattrs', `--directory=${dataset.path}`]
    const keep = show([...tar, '--create', `--file=/slipway-backup/${dataset.id}.replaced.tar`, ...kinds, '.'])
    const empty = show([...runArgv(place, directory, '/usr/bin/find'), dataset.path, '-mindepth', '1', '-delete'])
    const fill = show([...tar, '--extract', `--file=/slipway-backup/${dataset.id}.tar`, ...kinds])
    return [`${keep} && ${empty} && ${fill}`]
  })
}

export function discardCommands(stack: Stack, dataset: Dataset, name: string): string[] {
  return withPlace(stack, dataset, (place) => discardKeptCommands(stack, place, name))
}

function runArgv(place: Place, directory: string, program = '/usr/bin/tar'): string[] {
  const mounts = [...HOST_TOOLS, place.mount, `${directory}:/slipway-backup`].flatMap((volume) => ['--volume', volume])
  const run = ['docker', 'run', '--rm', '--network', 'none', '--user', '0:0', ...mounts]
  return [...run, '--entrypoint', program, place.container.imageId]
}

function withPlace(stack: Stack, dataset: Dataset, build: (place: Place) => string[]): string[] {
  try {
    return build(placePath(stack, dataset.service, dataset.path))
  } catch {
    return [`# ${dataset.id}: where it is stored is not known while ${dataset.service} has no container`]
  }
}
