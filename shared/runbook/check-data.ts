import type { Dataset } from './data-schema.ts'
import { checkExpression, doubles, type Path, type ReferenceProblem, unknownName } from './reference-problem.ts'
import type { Runbook } from './schema.ts'
import { parseSetting } from './setting.ts'

/** Kinds of data that answer a statement. */
const QUERIED: ReadonlySet<Dataset['kind']> = new Set(['postgres', 'sqlite'])

/** Data sets, what asks them, and the secrets that go with them. */
export function checkData(runbook: Runbook): ReferenceProblem[] {
  const { backup, migrations } = runbook
  return [
    ...doubles(backup?.datasets ?? [], 'id', ['backup', 'datasets']),
    ...checkQueries(runbook),
    ...checkExpected(runbook),
    ...doubles(migrations.schemaVersions, 'dataset', ['migrations', 'schemaVersions']),
    ...checkMigrations(runbook),
    ...checkSecrets(runbook),
    ...checkStandstill(runbook),
    ...(backup?.datasets ?? []).flatMap((dataset, index) =>
      checkFields(runbook, dataset, ['backup', 'datasets', index]),
    ),
  ]
}

function checkQueries({ backup, migrations, probes }: Runbook): ReferenceProblem[] {
  const datasets = backup?.datasets ?? []
  const known = new Set(datasets.map(({ id }) => id))
  const uses: [string, Path][] = [
    ...probes.flatMap((probe, index): [string, Path][] =>
      'query' in probe ? [[probe.query.dataset, ['probes', index, 'query', 'dataset']]] : [],
    ),
    ...migrations.schemaVersions.map(({ dataset }, index): [string, Path] => {
      return [dataset, ['migrations', 'schemaVersions', index, 'dataset']]
    }),
  ]
  return uses.flatMap(([id, path]) => {
    const dataset = datasets.find((one) => one.id === id)
    if (dataset === undefined) return [unknownName('data set', id, path, known)]
    if (QUERIED.has(dataset.kind)) return []
    const message = `The data set “${id}” is of the kind ${dataset.kind}, which cannot be queried.`
    return [{ path, message, expected: `a data set of the kind ${[...QUERIED].join(' or ')}` }]
  })
}

function checkExpected({ migrations }: Runbook): ReferenceProblem[] {
  return migrations.schemaVersions.flatMap(({ expected }, index) =>
    expected.flatMap(({ value, atLeast }, position) => {
      if ((value === undefined) !== (atLeast === undefined)) return []
      const path = ['migrations', 'schemaVersions', index, 'expected', position]
      const message = `This says ${value === undefined ? 'nothing' : 'two things'} of the schema version.`
      return [{ path, message, expected: 'either value or atLeast' }]
    }),
  )
}

function checkMigrations({ migrations, services }: Runbook): ReferenceProblem[] {
  if (migrations.at === 'boot') {
    return [
      ...checkExpression(migrations.finishedLog, ['migrations', 'finishedLog']),
      ...checkExpression(migrations.failedLog, ['migrations', 'failedLog']),
    ]
  }
  const service = services.find(({ name }) => name === migrations.service)
  if (migrations.at !== 'one-shot' || service === undefined || service.kind === 'one-shot') return []
  const message = `“${service.name}” is a ${service.kind}, and never ends.`
  return [{ path: ['migrations', 'service'], message, expected: 'a service of the kind one-shot' }]
}

/** Secrets that a backup names, and those that open a data set. */
function checkSecrets({ backup, secrets }: Runbook): ReferenceProblem[] {
  const known = new Set(secrets.map(({ id }) => id))
  const uses: [string | undefined, Path][] = [
    ...(backup?.secrets ?? []).map((id, index): [string, Path] => [id, ['backup', 'secrets', index]]),
    ...(backup?.datasets ?? []).flatMap((dataset, index): [string | undefined, Path][] => {
      const path = ['backup', 'datasets', index]
      if (dataset.kind === 'redis') return [[dataset.password, [...path, 'password']]]
      if (dataset.kind !== 'bucket') return []
      return [
        [dataset.accessKey, [...path, 'accessKey']],
        [dataset.secretKey, [...path, 'secretKey']],
      ]
    }),
  ]
  return uses.flatMap(([id, path]) =>
    id === undefined || known.has(id) ? [] : [unknownName('secret', id, path, known)],
  )
}

/** What is stopped cannot be paused. */
function checkStandstill({ backup }: Runbook): ReferenceProblem[] {
  return (backup?.pause ?? []).flatMap((service, index) => {
    if (!backup?.stop.includes(service)) return []
    const message = `“${service}” is stopped already, and cannot be paused as well.`
    return [{ path: ['backup', 'pause', index], message, expected: null }]
  })
}

function checkFields({ services }: Runbook, dataset: Dataset, path: Path): ReferenceProblem[] {
  const known = new Set(services.map(({ name }) => name))
  return settingsOf(dataset).flatMap(([key, value]) => {
    const isPath = key === 'path'
    return checkFromEnvironment(value, { path: [...path, key], known, isPath })
  })
}

/** What may stand in a variable. */
function settingsOf(dataset: Dataset): [key: string, value: string][] {
  switch (dataset.kind) {
    case 'postgres':
      return [
        ['database', dataset.database],
        ['user', dataset.user],
      ]
    case 'bucket':
      return [
        ['bucket', dataset.bucket],
        ['region', dataset.region],
      ]
    case 'redis':
      return []
    case 'sqlite':
    case 'volume':
      return [['path', dataset.path]]
  }
}

interface SettingPlace {
  readonly path: Path
  readonly known: ReadonlySet<string>
  readonly isPath: boolean
}

/** A literal, or one variable as a whole. */
function checkFromEnvironment(value: string, { path, known, isPath }: SettingPlace): ReferenceProblem[] {
  // A folder may be called anything; only what looks like a reference has to be one.
  if (!value.includes(isPath ? '${' : '$')) return []
  const reference = parseSetting(value)
  if (reference === null) {
    const expected = `${isPath ? 'a path' : 'text'}, or \${env:NAME}`
    return [{ path, message: `“${value}” is no variable that Slipway can look up.`, expected }]
  }
  const { service, fallback } = reference
  if (service !== null && !known.has(service)) return [unknownName('service', service, path, known)]
  if (!isPath || fallback === null || fallback.startsWith('/')) return []
  return [{ path, message: `“${fallback}” is no path from the root.`, expected: 'a path such as /srv/files' }]
}
