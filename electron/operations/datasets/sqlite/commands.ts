import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { Stack } from '../../../stacks/stack.ts'
import { createShow, HOST_TOOLS } from '../../show-command.ts'
import type { Place } from '../place.ts'
import { placeOf } from './run-script.ts'

type Dataset = DatasetOf<'sqlite'>

/** Set aside, copy, hand to the old owner: for one database whose services are stopped. */
const RESTORE_BY_HAND =
  'for part in "" -wal -shm; do [ ! -e "$2$part" ] || mv "$2$part" "$2.replaced$part"; done; ' +
  'cp "$1" "$2" && chown --reference="$2.replaced" "$2" && chmod --reference="$2.replaced" "$2" && ' +
  'sqlite3 "$2" "PRAGMA integrity_check"'

/** With the host's own sqlite3, as root; Slipway borrows it into a container instead, and needs no root. */
export function backUpCommands(stack: Stack, dataset: Dataset, directory: string): string[] {
  return withPlace(stack, dataset, (place) => {
    const show = createShow(stack.session)
    const run = [...runArgv(place, `${directory}:/slipway-backup`), '/usr/bin/sqlite3', place.container.imageId]
    const copy = `/slipway-backup/${dataset.id}.db`
    return [
      show([...run, dataset.path, `.backup main ${copy}`]),
      show([...run, copy, 'PRAGMA integrity_check']),
      show(['sha256sum', `${directory}/${dataset.id}.db`]),
    ]
  })
}

export function restoreCommands(stack: Stack, dataset: Dataset, directory: string): string[] {
  return withPlace(stack, dataset, (place) => {
    const run = [...runArgv(place, `${directory}:/slipway-backup:ro`), '/usr/bin/sh', place.container.imageId]
    const script = ['-c', RESTORE_BY_HAND, 'sh', `/slipway-backup/${dataset.id}.db`, dataset.path]
    return [createShow(stack.session)([...run, ...script])]
  })
}

export function discardCommands(stack: Stack, dataset: Dataset, name: string): string[] {
  return withPlace(stack, dataset, (place) => {
    const parts = ['', '-wal', '-shm', '-journal'].map((part) => `${name}${part}`)
    const run = [...runArgv(place), '/usr/bin/rm', place.container.imageId]
    return [createShow(stack.session)([...run, '--force', ...parts])]
  })
}

function runArgv(place: Place, ...more: readonly string[]): string[] {
  const mounts = [...HOST_TOOLS, place.mount, ...more].flatMap((volume) => ['--volume', volume])
  return ['docker', 'run', '--rm', '--network', 'none', '--user', '0:0', ...mounts, '--entrypoint']
}

function withPlace(stack: Stack, dataset: Dataset, build: (place: Place) => string[]): string[] {
  try {
    return build(placeOf({ stack, dataset }))
  } catch {
    return [`# ${dataset.id}: where it is stored is not known while ${dataset.service} has no container`]
  }
}
