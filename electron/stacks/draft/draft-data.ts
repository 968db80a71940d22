import { posix } from 'node:path'
import { isSecretName } from '../../../shared/operations/mask.ts'
import type { Runbook } from '../../../shared/runbook/schema.ts'
import { parseImageReference } from '../../../shared/versions/image-reference.ts'
import type { ComposeModel, ComposeService } from '../../docker/compose.ts'
import { escapeScalar, toId } from './yaml-text.ts'

const REDIS = /(^|\/)(redis|valkey|keydb)(-\w+)?$/
const POSTGRES = /(^|\/)(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?)(-\w+)?$/

/** The data that a Compose file lets one guess: databases by their image, folders by their mounts. */
export function draftBackup(model: ComposeModel, { services }: Runbook): string {
  const ids = new Set<string>()
  const blocks = services.flatMap(({ name, upgrade }) => {
    const service = model.services[name]
    if (service === undefined) return []
    if (isPostgres(service)) return [draftPostgres(service, freeId(ids, name))]
    if (isRedis(service) && !upgrade) return keepsData(service) ? [draftRedis(service, freeId(ids, name))] : []
    return upgrade ? dataFolders(service).map((path) => draftVolume(service, path, freeId(ids, `${name}-${path}`))) : []
  })
  const unknown = services.filter(({ name, upgrade }) => !upgrade && hasUnknownData(model.services[name]))
  const notes = unknown.map(({ name }) => `# ${name} keeps data too: say how it is taken, if it is worth it.`)
  if (blocks.length === 0) {
    return [
      '# What a backup takes before every upgrade, and a rollback restores. No data was',
      '# found; if there is some, say where:',
      '# backup:',
      '#   datasets:',
      '#     - { kind: sqlite, id: main, service: web, path: /data/app.db }',
      ...notes,
    ].join('\n')
  }
  return [
    '# What a backup takes before every upgrade, and a rollback restores. Kinds:',
    '# postgres, sqlite, volume, redis and bucket.',
    'backup:',
    '  datasets:',
    ...blocks,
    '  # Services that stand still meanwhile, so that all is of one moment: stop, pause.',
    '  # pause: [web]',
    ...notes,
  ].join('\n')
}

function isPostgres({ image, environment }: ComposeService): boolean {
  if (image === null) return false
  return POSTGRES.test(parseImageReference(image).repository) || 'POSTGRES_PASSWORD' in environment
}

function draftPostgres({ name, environment }: ComposeService, id: string): string {
  const fromVariable = (variable: string) => (environment[variable] ? `\${env:${variable}}` : null)
  const user = fromVariable('POSTGRES_USER') ?? 'postgres'
  return `    - kind: postgres
      id: ${id}
      service: ${escapeScalar(name)}
      database: ${fromVariable('POSTGRES_DB') ?? user}
      user: ${user}`
}

function isRedis({ image, environment }: ComposeService): boolean {
  if (image === null) return false
  return REDIS.test(parseImageReference(image).repository) || 'REDIS_PASSWORD' in environment
}

function draftRedis({ name, environment }: ComposeService, id: string): string {
  const password = environment.REDIS_PASSWORD ? `, password: ${toId(`${name}-REDIS_PASSWORD`)}` : ''
  return `    - { kind: redis, id: ${id}, service: ${escapeScalar(name)}${password} }`
}

function draftVolume({ name }: ComposeService, path: string, id: string): string {
  return `    - { kind: volume, id: ${id}, service: ${escapeScalar(name)}, path: ${escapeScalar(path)} }`
}

/** Mounts that a service writes to: no single files, no sockets, nothing read-only. */
function dataFolders({ volumes }: ComposeService): string[] {
  const written = volumes.filter(({ type, readOnly, target, source }) => {
    const isFile = posix.extname(target) !== '' || (source !== null && posix.extname(source) !== '')
    return !readOnly && (type === 'volume' || (type === 'bind' && !isFile))
  })
  return written.map(({ target }) => target)
}

function hasUnknownData(service: ComposeService | undefined): boolean {
  return service !== undefined && !isPostgres(service) && !isRedis(service) && keepsData(service)
}

/** What is in no volume goes with the container, and nobody wanted to keep it. */
function keepsData(service: ComposeService): boolean {
  return dataFolders(service).length > 0
}

function freeId(taken: Set<string>, wanted: string): string {
  const id = toId(wanted)
  let free = id
  for (let count = 2; taken.has(free); count++) free = `${id}-${count}`
  taken.add(free)
  return free
}

/** Variables whose names speak of secrets, once for each service. */
export function draftSecrets(model: ComposeModel): string {
  const ids = new Set<string>()
  const lines = Object.values(model.services).flatMap(({ name, environment }) =>
    Object.keys(environment)
      .filter(isSecretName)
      .map((variable) => {
        const id = freeId(ids, `${name}-${variable}`)
        return `  - { id: ${id}, service: ${escapeScalar(name)}, variable: ${escapeScalar(variable)} }`
      }),
  )
  const comment =
    '# Where secrets are, never what they say. Slipway masks them everywhere, and\n# requests name them by their ids.'
  if (lines.length > 0) return [comment, 'secrets:', ...lines].join('\n')
  return [comment, '# secrets:', '#   - { id: api-key, service: web, variable: API_KEY }'].join('\n')
}
