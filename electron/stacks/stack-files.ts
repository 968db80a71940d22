import { posix } from 'node:path'
import { parseDocument } from 'yaml'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { ComposeProject } from '../docker/compose.ts'
import type { Host } from '../hosts/host.ts'
import { findAssignment } from './env-file.ts'
import type { PinSources } from './pin-places.ts'
import { decodeExactly, type SourceFile } from './source-file.ts'

/** What Compose looks for in a directory, in this order: https://docs.docker.com/reference/compose-file/. */
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
/** A larger Compose or `.env` file was not written by a person. */
const MAX_FILE_BYTES = 1024 * 1024

/** The files in which the versions of a stack are written. Those that are missing or not UTF-8 are left out. */
export async function readPinSources(host: Host, project: ComposeProject, signal?: AbortSignal): Promise<PinSources> {
  const envFiles = project.envFiles.length > 0 ? project.envFiles : [posix.join(project.directory, '.env')]
  const [compose, env] = await Promise.all([readFiles(host, project.files, signal), readFiles(host, envFiles, signal)])
  return { compose, env }
}

async function readFiles(host: Host, paths: readonly string[], signal?: AbortSignal): Promise<SourceFile[]> {
  const files = await Promise.all(paths.map((path) => readText(host, path, signal)))
  return files.filter((file) => file !== null)
}

/** Null for what cannot be read as text; a lost connection is thrown. */
async function readText(host: Host, path: string, signal?: AbortSignal): Promise<SourceFile | null> {
  try {
    const bytes = await host.files.read(path, { maxBytes: MAX_FILE_BYTES, ...(signal ? { signal } : {}) })
    const text = decodeExactly(bytes)
    return text === null ? null : { path, text }
  } catch (error) {
    if (isSlipwayError(error) && UNREADABLE.has(error.code)) return null
    throw error
  }
}

const UNREADABLE = new Set(['host.file-missing', 'host.permission-denied', 'host.file-too-large'])

/**
 * The project that `docker compose up` in a directory would start: files and name as Compose finds them. Throws
 * `stack.directory-missing` where there is no such directory or no Compose file in it.
 */
export async function findProject(host: Host, directory: string, signal?: AbortSignal): Promise<ComposeProject> {
  const names = await listDirectory(host, directory, signal)
  const env = names.includes('.env') ? ((await readText(host, posix.join(directory, '.env'), signal))?.text ?? '') : ''
  const files = namedFiles(env, directory) ?? foundFiles(names, directory)
  const [first] = files
  if (first === undefined) {
    throw missing(host, directory, `There is no Compose file in ${directory} on ${host.label}.`)
  }
  const base = await readText(host, first, signal)
  return { project: projectName(base?.text ?? '', env, directory), directory, files, envFiles: [] }
}

async function listDirectory(host: Host, directory: string, signal?: AbortSignal): Promise<string[]> {
  try {
    return await host.files.list(directory, signal ? { signal } : {})
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'host.file-missing') throw error
    throw missing(host, directory, `There is no directory ${directory} on ${host.label}.`, error)
  }
}

function missing(host: Host, directory: string, message: string, cause?: unknown): SlipwayError {
  return new SlipwayError('stack.directory-missing', message, {
    cause,
    hint: `Give the directory on ${host.label} in which you would type “docker compose up”.`,
    state: 'Nothing was changed.',
    details: { directory },
  })
}

/** `COMPOSE_FILE` in `.env` names the files itself. */
function namedFiles(env: string, directory: string): string[] | null {
  const value = findAssignment(env, 'COMPOSE_FILE')?.value
  if (value === undefined || value === null || value === '') return null
  const separator = findAssignment(env, 'COMPOSE_PATH_SEPARATOR')?.value || ':'
  return value.split(separator).map((path) => posix.resolve(directory, path))
}

function foundFiles(names: readonly string[], directory: string): string[] {
  const base = COMPOSE_FILES.find((name) => names.includes(name))
  if (base === undefined) return []
  const overrides = COMPOSE_FILES.map((name) => name.replace(/(\.ya?ml)$/, '.override$1'))
  const override = overrides.find((name) => names.includes(name))
  return [base, ...(override === undefined ? [] : [override])].map((name) => posix.join(directory, name))
}

/** `COMPOSE_PROJECT_NAME`, else the file's own `name`, else the directory's, in Compose's spelling. */
export function projectName(compose: string, env: string, directory: string): string {
  const named = findAssignment(env, 'COMPOSE_PROJECT_NAME')?.value || topLevelName(compose) || posix.basename(directory)
  return named
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '')
}

function topLevelName(compose: string): string | null {
  const name: unknown = parseDocument(compose, { prettyErrors: false }).get('name')
  return typeof name === 'string' && !name.includes('$') ? name : null
}
