import { quoteWord } from '../../../hosts/quote.ts'
import type { Stack } from '../../../stacks/stack.ts'
import { createShow } from '../../show-command.ts'
import { appendToName } from '../cut-name.ts'
import { databaseOf, type PostgresDataset, userOf } from './session.ts'

export function backUpCommands(stack: Stack, dataset: PostgresDataset, directory: string): string[] {
  return withServer(stack, dataset, ({ exec, database }) => {
    const file = `${directory}/${dataset.id}.dump`
    return [
      `${exec('pg_dump', '--format=custom', database)} > ${quoteWord(file)}`,
      `${exec('pg_restore', '--list')} < ${quoteWord(file)}`,
      createShow(stack.session)(['sha256sum', file]),
    ]
  })
}

export function restoreCommands(stack: Stack, dataset: PostgresDataset, directory: string): string[] {
  return withServer(stack, dataset, ({ exec, database }) => {
    const file = quoteWord(`${directory}/${dataset.id}.dump`)
    const fresh = appendToName(database, '_restored', '~')
    const replaced = appendToName(database, '_replaced', '~')
    const rename = (from: string, to: string) => `ALTER DATABASE "${from}" RENAME TO "${to}"`
    const both = `BEGIN; ${rename(database, replaced)}; ${rename(fresh, database)}; COMMIT`
    return [
      exec('createdb', '--template=template0', fresh),
      `${exec('pg_restore', '--exit-on-error', `--dbname=${fresh}`)} < ${file}`,
      exec('psql', '--dbname=postgres', `--command=${both}`),
    ]
  })
}

export function discardCommands(stack: Stack, dataset: PostgresDataset, name: string): string[] {
  return withServer(stack, dataset, ({ exec }) => [exec('dropdb', '--if-exists', name)])
}

interface Server {
  readonly database: string
  readonly exec: (program: string, ...rest: readonly string[]) => string
}

function withServer(stack: Stack, dataset: PostgresDataset, build: (server: Server) => string[]): string[] {
  const container = stack.containers[dataset.service]?.[0]
  if (container === undefined) return [`# ${dataset.id}: ${dataset.service} has no container to run pg_dump in`]
  try {
    const user = userOf({ stack, dataset })
    const show = createShow(stack.session)
    return build({
      database: databaseOf({ stack, dataset }),
      exec: (program, ...rest) =>
        show(['docker', 'exec', '--interactive', container.name, program, `--username=${user}`, ...rest]),
    })
  } catch {
    return [`# ${dataset.id}: the runbook asks for a variable that ${dataset.service} does not have`]
  }
}
