import { stringify } from 'yaml'
import type { Random } from './random.ts'
import { soundRunbook } from './sound-runbook.ts'

/** A runbook that is broken, and where: the path of the value that its author has to look at. */
export interface BrokenRunbook {
  /** What is wrong with it. */
  readonly fault: string
  readonly content: string | Uint8Array
  /** Null where the fault is not one of a value. */
  readonly at: Path | null
}

type Path = readonly (string | number)[]
type Json = { [key: string]: unknown }

/** Values here may be of any type, and keys of any name. */
const FREE = /\.(body|equals)(\.|$)/
const FREE_KEYS = /\.(body|headers|labels|capture)$|^logs$/

interface Place {
  readonly path: Path
  readonly value: unknown
}

function placesIn(value: unknown, path: Path = []): Place[] {
  const here: Place[] = path.length === 0 || FREE.test(`.${path.join('.')}`) ? [] : [{ path, value }]
  if (typeof value !== 'object' || value === null) return here
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [...here, ...entries.flatMap(([key, item]) => placesIn(item, [...path, key]))]
}

const PLACES = placesIn(soundRunbook)

function typeOf(value: unknown): 'list' | 'mapping' | 'text' | 'number' | 'boolean' {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return 'mapping'
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean'
}

/** The sound runbook with one change in it. */
function broken(fault: string, at: Path, change: (runbook: Json) => void): BrokenRunbook {
  const runbook: Json = structuredClone(soundRunbook)
  change(runbook)
  return { fault: `${fault} at ${at.join('.')}`, content: stringify(runbook), at }
}

/** The mapping or list at a path of a runbook. */
function within(runbook: Json, path: Path): Json {
  return path.reduce((node, key) => node[key] as Json, runbook)
}

function put(runbook: Json, path: Path, value: unknown): void {
  within(runbook, path.slice(0, -1))[path.at(-1) ?? ''] = value
}

export function wrongType(random: Random): BrokenRunbook {
  const { path, value } = random.pick(PLACES)
  const others = { list: ['a', 'b'], mapping: { [random.word()]: 1 }, text: random.word(), number: 4, boolean: true }
  const wrong = random.pick(Object.entries(others).filter(([type]) => type !== typeOf(value)))
  return broken(`a ${wrong[0]} in place of a ${typeOf(value)}`, path, (runbook) => put(runbook, path, wrong[1]))
}

export function unknownKey(random: Random): BrokenRunbook {
  const mappings = PLACES.filter(({ path, value }) => {
    return typeOf(value) === 'mapping' && !FREE_KEYS.test(`.${path.join('.')}`) && path.join() !== 'logs'
  })
  const { path } = random.pick([...mappings, { path: [] }])
  const key = random.pick([random.word(), 'Service', 'timeout', 'serivce', '__proto__', 'extend', 'constructor'])
  const at = [...path, key]
  return broken('an unknown key', at, (runbook) => {
    Object.defineProperty(within(runbook, path), key, { value: 'x', enumerable: true, configurable: true })
  })
}

/** What nothing works without. */
const NEEDED: readonly Path[] = [
  ['slipway'],
  ['id'],
  ['name'],
  ['services'],
  ['match', 'images'],
  ['services', 1, 'name'],
  ['probes', 0, 'id'],
  ['probes', 0, 'http', 'path'],
  ['probes', 1, 'tcp', 'port'],
  ['probes', 5, 'query', 'dataset'],
  ['backup', 'datasets'],
  ['backup', 'datasets', 0, 'database'],
  ['backup', 'datasets', 1, 'path'],
  ['smokeTest', 'steps', 0, 'expect'],
  ['smokeTest', 'cleanup', 0, 'title'],
  ['secrets', 0, 'variable'],
  ['secrets', 0, 'rotation', 'impact'],
  ['checklist', 0, 'title'],
]

export function missingKey(random: Random): BrokenRunbook {
  const path = random.pick(NEEDED)
  return broken('a missing value', path, (runbook) => {
    Reflect.deleteProperty(within(runbook, path.slice(0, -1)), path.at(-1) ?? '')
  })
}

/** Texts at these places that nobody can read, or that lead nowhere. */
const BAD_TEXTS: readonly (readonly [path: Path, ...bad: string[]])[] = [
  [['slipway'], '1', '2', 'latest'],
  [['id'], 'Acme', 'a b', '', '../acme', 'ä'],
  [['homepage'], 'acme', 'javascript:alert(1)', 'file:///etc/passwd'],
  [['versions', 'channel'], 'beta 1', '', '*'],
  [['versions', 'registry'], 'https://registry.acme.example', 'a b', ':5000'],
  [['versions', 'releaseNotes'], 'javascript:alert(1)', 'notes/{version}'],
  [['versions', 'variable'], 'ACME-VERSION', '1ST', '$ACME'],
  [['versions', 'reported', 'versions'], '>=one', '1.2.3 - ', '<<2'],
  [['versions', 'reported', 'json'], 'a..b', 'a[b]', '[', ''],
  [['versions', 'dataCompatible'], 'sometimes', 'within_minor', ''],
  [['versions', 'forwardOnly', 0, 'version'], 'latest', 'two', '1.2.3.4.5'],
  [['services', 1, 'kind'], 'oneshot', 'job', ''],
  [['probes', 0, 'versions'], 'newer', '>=', '1.0.0 | 2.0.0'],
  [['probes', 0, 'http', 'path'], 'ready', '', 'http://api/ready'],
  [['probes', 0, 'http', 'headers', 'Authorization'], '$' + '{secret:nobody}', '$' + '{secret:}', '$' + '{home}'],
  [['probes', 0, 'degraded', 'text', 'matches'], '(', '[a-', '(a+)+$', '*', '\\'],
  [['probes', 0, 'starting', 'prometheus', 0, 'metric'], '1st', 'a-b', ''],
  [['probes', 2, 'tls', 'serverName'], '$' + '{secret:key}', '$' + '{env:A-B}'],
  [['probes', 3, 'healthy', 'stdout', 'matches'], '(?<', '((x*)*)*'],
  [['probes', 5, 'when', 'image'], '**', '*', 'acme/api:1.2.3'],
  [['probes', 5, 'query', 'dataset'], 'files', 'nowhere'],
  [['migrations', 'at'], 'night', 'Boot'],
  [['migrations', 'service'], 'api', 'db'],
  [['migrations', 'schemaVersions', 0, 'dataset'], 'jobs', 'nowhere'],
  [['migrations', 'schemaVersions', 0, 'expected', 0, 'versions'], 'all', '=>1'],
  [['backup', 'datasets', 0, 'database'], '$' + '{POSTGRES_DB}', 'a-$' + '{env:B}', ''],
  [['backup', 'datasets', 1, 'path'], 'srv/files', './files', ''],
  [['backup', 'datasets', 2, 'password'], 'nobody', 'KEY'],
  [['backup', 'pause', 0], 'worker', 'nobody'],
  [['backup', 'secrets', 0], 'nobody', 'Key'],
  [['smokeTest', 'steps', 0, 'http', 'body', 'text'], '$' + '{capture:note}', '$' + '{run:name}'],
  [['smokeTest', 'steps', 0, 'capture', 'note'], 'items[', 'a b..c'],
  [['smokeTest', 'cleanup', 0, 'http', 'path'], '/notes/$' + '{capture:other}'],
  [['logs', 'api', 'format'], 'xml', 'JSON'],
  [['match', 'images', 0], '**', 'acme/api:latest', ''],
]

export function badText(random: Random): BrokenRunbook {
  const [path, ...choices] = random.pick(BAD_TEXTS)
  const text = random.pick(choices)
  return broken(`“${text}”`, path, (runbook) => put(runbook, path, text))
}

/** Numbers that are out of bounds, or none. */
export function badNumber(random: Random): BrokenRunbook {
  const { path, value } = random.pick(PLACES.filter((one) => typeOf(one.value) === 'number'))
  const isBound = ['atLeast', 'atMost'].includes(String(path.at(-1)))
  const choices = isBound || path.includes('exitCode') ? [Number.NaN] : [-1, 1e12, Number.POSITIVE_INFINITY, Number.NaN]
  const number = random.pick(choices.filter((one) => !(path.includes('expected') && one === 1e12)))
  return broken(`${number} in place of ${value}`, path, (runbook) => put(runbook, path, number))
}

const SERVICE_PLACES = PLACES.filter(({ path }) => {
  const [last = '', before = ''] = [path.at(-1), path.at(-2)]
  return (
    last === 'service' || ['after', 'stop', 'pause'].includes(String(before)) || path.join('.') === 'match.services.0'
  )
})

export function missingService(random: Random): BrokenRunbook {
  const { path } = random.pick(SERVICE_PLACES)
  return broken('a service that is not there', path, (runbook) => put(runbook, path, random.word()))
}

const LISTS: readonly (readonly [path: Path, key: string])[] = [
  [['services'], 'name'],
  [['probes'], 'id'],
  [['secrets'], 'id'],
  [['checklist'], 'id'],
  [['backup', 'datasets'], 'id'],
]

export function double(random: Random): BrokenRunbook {
  const [path, key] = random.pick(LISTS)
  const items = within(soundRunbook, path) as unknown as Json[]
  const item = structuredClone(random.pick(items))
  return broken('a double', [...path, items.length, key], (runbook) => {
    ;(within(runbook, path) as unknown as Json[]).push(item)
  })
}

/** Services that come after each other, in circles of one to six, at any place among others. */
export function circle(random: Random): BrokenRunbook {
  const names = Array.from({ length: random.whole(1, 6) }, () => random.word())
  const first = soundRunbook.services.length
  return broken(`a circle of ${names.length}`, ['services', first, 'after', 0], (runbook) => {
    const services = names.map((name, index) => ({ name, after: [names[(index + 1) % names.length]] }))
    ;(runbook.services as Json[]).push(...services)
  })
}
