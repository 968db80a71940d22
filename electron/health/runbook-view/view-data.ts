import { capitalize } from '../../../shared/capitalize.ts'
import type { RunbookEntry, RunbookSection } from '../../../shared/contract/runbooks.ts'
import type { Dataset } from '../../../shared/runbook/data-schema.ts'
import { parseSetting } from '../../../shared/runbook/setting.ts'
import { readVariable } from '../../stacks/read-variable.ts'
import type { Stack } from '../../stacks/stack.ts'
import { serviceVersion } from '../../stacks/stack-version.ts'
import { describeExpected, expectedFor } from '../schema-evidence.ts'
import { schemaOwner } from '../schema-owner.ts'
import { code, count, entry, fact, facts, leftOutEntries, listWords, section } from './entry.ts'

const KINDS: Record<Dataset['kind'], string> = {
  postgres: 'PostgreSQL database',
  sqlite: 'SQLite database',
  volume: 'Files',
  redis: 'Redis',
  bucket: 'S3 bucket',
}

/** What a backup takes, and what stands still meanwhile. */
export function viewBackup(stack: Stack): RunbookSection {
  const { runbook, binding } = stack
  const leftOut = leftOutEntries(binding.leftOut, 'backup')
  const { backup } = runbook
  if (backup === undefined) {
    return section('backup', 'Backup', 'No data is known: an upgrade backs nothing up.', leftOut)
  }
  const still = [
    ...(backup.stop.length > 0 ? [`${listWords(backup.stop)} stopped`] : []),
    ...(backup.pause.length > 0 ? [`${listWords(backup.pause)} frozen`] : []),
  ]
  const summary = [
    `${capitalize(count(backup.datasets.length, 'data set'))}${still.length > 0 ? `, taken with ${listWords(still)}` : ''}.`,
    `The last ${backup.keep} backups are kept.`,
    ...(backup.secrets.length > 0
      ? [`The data is useless without ${listWords(backup.secrets)}: keep it elsewhere.`]
      : []),
  ]
  const entries = backup.datasets.map((dataset) => viewDataset(stack, dataset))
  return section('backup', 'Backup', summary.join(' '), [...entries, ...leftOut])
}

function viewDataset(stack: Stack, dataset: Dataset): RunbookEntry {
  const unset = unsetVariables(stack, dataset)
  const found = findData(stack, dataset)
  return entry(dataset.id, 'Found', {
    title: dataset.title ?? null,
    facts: facts(fact('Kind', KINDS[dataset.kind]), fact('Service', dataset.service), ...found.facts),
    ...(found.problem === null ? {} : { state: 'warn', word: 'Not found', note: found.problem }),
    ...(unset.length === 0 ? {} : { state: 'warn', word: 'Not set', note: `${listWords(unset)} is not set.` }),
  })
}

function unsetVariables(stack: Stack, dataset: Dataset): string[] {
  return Object.values(dataset)
    .flatMap((value) => (typeof value === 'string' ? (parseSetting(value) ?? []) : []))
    .filter(({ service, variable }) => !readVariable(stack, service ?? dataset.service, variable))
    .map(({ service, variable }) => `${variable} of ${service ?? dataset.service}`)
}

interface Found {
  readonly facts: readonly (RunbookEntry['facts'][number] | null)[]
  readonly problem: string | null
}

function findData(stack: Stack, dataset: Dataset): Found {
  const { service } = dataset
  const container = stack.containers[service]?.[0]
  const gone = container === undefined ? `${service} has no container, and the data is not found without one.` : null
  switch (dataset.kind) {
    case 'postgres':
      return {
        facts: [
          code('Database', resolveSetting(stack, service, dataset.database)),
          code('Role', resolveSetting(stack, service, dataset.user)),
          fact('No alarm for', listWords(dataset.volatileTables)),
        ],
        problem: gone,
      }
    case 'sqlite':
    case 'volume': {
      const mount = container?.mounts
        .filter(({ destination }) => `${dataset.path}/`.startsWith(`${destination.replace(/\/$/, '')}/`))
        .toSorted((a, b) => b.destination.length - a.destination.length)[0]
      const { exclude, mayBeEmpty } = dataset.kind === 'volume' ? dataset : { exclude: [], mayBeEmpty: false }
      const lost = `${dataset.path} is in no volume: it lives and dies with the container.`
      return {
        facts: [
          code('Path', dataset.path),
          code(mount?.type === 'volume' ? 'Volume' : 'Folder', mount?.name ?? mount?.source),
          fact('Without', listWords(exclude)),
          fact('May be empty', mayBeEmpty ? 'Yes: a fresh install has no files there' : null),
        ],
        problem: gone ?? (mount === undefined ? lost : null),
      }
    }
    case 'redis':
      return { facts: [code('Port', dataset.port), code('Password', dataset.password)], problem: gone }
    case 'bucket':
      return {
        facts: [code('Bucket', resolveSetting(stack, service, dataset.bucket)), code('Port', dataset.port)],
        problem: gone,
      }
  }
}

/** A literal, or the value of the variable that is named. */
function resolveSetting(stack: Stack, service: string, written: string): string {
  const reference = parseSetting(written)
  if (reference === null) return written
  const value = readVariable(stack, reference.service ?? service, reference.variable)
  return value ? `${value} (${reference.variable})` : written
}

/** How and when the schema changes, and how its version is read. */
export function viewMigrations(stack: Stack): RunbookSection {
  const { runbook, binding } = stack
  const { migrations } = runbook
  return section('migrations', 'Migrations', describeMigrations(runbook.migrations), [
    ...migrations.schemaVersions.map((one) => viewSchema(stack, one)),
    ...leftOutEntries(binding.leftOut, 'migrations'),
  ])
}

type Migrations = Stack['runbook']['migrations']

function describeMigrations(migrations: Migrations): string {
  const limit = `within ${migrations.timeoutSeconds} s`
  switch (migrations.at) {
    case 'boot': {
      const who = migrations.service ?? 'The new version'
      if (migrations.finishedLog !== undefined) {
        return `${who} migrates when it starts, ${limit}, which its log says by ${migrations.finishedLog}.`
      }
      const isSeen = migrations.schemaVersions.some(({ expected }) => expected.length > 0)
      return isSeen
        ? `${who} migrates when it starts, ${limit}, which its schema version says.`
        : `${who} migrates when it starts. Nothing says when it is through, so it has the time of the gate.`
    }
    case 'one-shot':
      return `The service ${migrations.service} migrates and ends, ${limit}.`
    case 'before-switch':
    case 'after-switch': {
      const when = migrations.at === 'before-switch' ? 'before' : 'after'
      return `${migrations.argv.join(' ')} runs in the new image of ${migrations.service}, ${when} the switch, ${limit}.`
    }
  }
}

function viewSchema(stack: Stack, question: Migrations['schemaVersions'][number]): RunbookEntry {
  const { dataset, query } = question
  const owner = schemaOwner(stack, dataset)
  const version = owner === null ? null : serviceVersion(stack, owner)
  const now = expectedFor(question, version)
  return entry(dataset, 'Read', {
    state: 'info',
    title: 'Version of the schema',
    facts: facts(fact('Moves with', owner), fact(`Expected with ${version}`, now && describeExpected(now))),
    code: query,
  })
}
