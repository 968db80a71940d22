import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { Stack } from '../../../stacks/stack.ts'
import { createShow } from '../../show-command.ts'
import { discardKeptCommands, findKeptPlace } from '../swap-folders.ts'

type Dataset = DatasetOf<'redis'>

/** Where the published images keep their data. */
const DEFAULT_FOLDER = '/data'

/** By hand the client fetches the file itself; a password is asked in REDISCLI_AUTH. */
export function backUpCommands(stack: Stack, dataset: Dataset, directory: string): string[] {
  const container = stack.containers[dataset.service]?.[0]
  if (container === undefined) return [`# ${dataset.id}: ${dataset.service} has no container`]
  const show = createShow(stack.session)
  const auth = dataset.password === undefined ? [] : ['--env', 'REDISCLI_AUTH']
  const copy = '/tmp/slipway.rdb'
  const file = `${directory}/${dataset.id}.rdb`
  return [
    show(['docker', 'exec', ...auth, container.name, 'redis-cli', '-p', String(dataset.port), '--rdb', copy]),
    show(['docker', 'cp', `${container.name}:${copy}`, file]),
    show(['docker', 'exec', '--interactive', container.name, 'redis-check-rdb', copy]),
    show(['sha256sum', file]),
  ]
}

/** Into the folder of the stopped server. With an append-only file, that has to be made anew from it first. */
export function restoreCommands(stack: Stack, dataset: Dataset, directory: string): string[] {
  const container = stack.containers[dataset.service]?.[0]
  const mounts = container?.mounts.map(({ destination }) => destination) ?? []
  const folder = mounts.find((mount) => mount === DEFAULT_FOLDER) ?? mounts[0]
  if (container === undefined || folder === undefined) return [`# ${dataset.id}: where it is stored is not known`]
  const show = createShow(stack.session)
  const stored = `${container.name}:${folder}/dump.rdb`
  // In one line, so that nothing is written over where it could not be kept.
  const keep = show(['docker', 'cp', stored, `${directory}/${dataset.id}.replaced.rdb`])
  const put = show(['docker', 'cp', `${directory}/${dataset.id}.rdb`, stored])
  return [
    `# ${stored}: unless CONFIG GET dir and CONFIG GET dbfilename say otherwise, which a stopped server cannot. Leave out the first half where it has none yet.`,
    `${keep} && ${put}`,
    '# With appendonly yes: start it once with --appendonly no, then CONFIG SET appendonly yes.',
  ]
}

export function discardCommands(stack: Stack, dataset: Dataset, name: string): string[] {
  const place = findKeptPlace({ stack, dataset }, name)
  return place === null
    ? [`# ${dataset.id}: where it was stored is not known`]
    : discardKeptCommands(stack, place, name)
}
