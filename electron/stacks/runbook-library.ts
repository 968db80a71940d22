import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunbookProblem, RunbookSummary, RunbooksView } from '../../shared/contract/runbooks.ts'
import { matchesImage } from '../../shared/runbook/image-glob.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { ComposeModel } from '../docker/compose.ts'
import { deriveRunbook } from './generic-runbook.ts'
import { loadRunbook, MAX_RUNBOOK_BYTES } from './runbook-loader.ts'

/** More files than this in a folder are not runbooks that somebody put there on purpose. */
const MAX_FILES = 200

export interface LibraryEntry {
  readonly runbook: Runbook
  readonly source: 'built-in' | 'user'
  readonly file: string
}

/** The runbooks that a stack may be bound to, as read at one moment. */
export interface RunbookLibrary {
  readonly entries: readonly LibraryEntry[]
  /** What could not be read, with the place. Broken runbooks are left out and never stop the app. */
  readonly problems: readonly RunbookProblem[]
  readonly userFolder: string
}

/** Reads the built-in and the user's runbooks. Of two with one id the user's wins. Never throws. */
export async function readRunbookLibrary(folders: {
  readonly builtIn: string
  readonly user: string
}): Promise<RunbookLibrary> {
  const builtIn = await readFolder(folders.builtIn, 'built-in')
  const user = await readFolder(folders.user, 'user')
  const own = new Set(user.entries.map(({ runbook }) => runbook.id))
  return {
    entries: [...user.entries, ...builtIn.entries.filter(({ runbook }) => !own.has(runbook.id))],
    problems: [...builtIn.problems, ...user.problems],
    userFolder: folders.user,
  }
}

/** The runbook that fits most of a stack's images, or one derived from the stack. */
export function bindRunbook(
  library: RunbookLibrary,
  model: ComposeModel,
): { readonly runbook: Runbook; readonly source: 'built-in' | 'user' | 'generic' } {
  const images = Object.values(model.services).flatMap(({ image }) => (image === null ? [] : [image]))
  return (
    bindToImages(library, images, Object.keys(model.services)) ?? { runbook: deriveRunbook(model), source: 'generic' }
  )
}

/** The same by images and the names of services, for a stack whose model cannot be read. Null where none fits. */
export function bindToImages(
  library: RunbookLibrary,
  images: readonly string[],
  services: readonly string[],
): LibraryEntry | null {
  const repositories = images.map((image) => parseImageReference(image).repository)
  const candidates = library.entries.filter(({ runbook }) => hasServices(runbook, services))
  const scored = candidates.map((entry) => ({
    entry,
    score: repositories.filter((repository) => fits(entry.runbook, repository)).length,
  }))
  const best = scored.toSorted((a, b) => b.score - a.score)[0]
  return best === undefined || best.score === 0 ? null : best.entry
}

/** The library as the screen shows it. */
export function describeLibrary(library: RunbookLibrary): RunbooksView {
  const runbooks = library.entries.map(({ runbook, source, file }): RunbookSummary => {
    return { id: runbook.id, name: runbook.name, source, file }
  })
  return { runbooks, problems: [...library.problems], userFolder: library.userFolder }
}

function fits(runbook: Runbook, repository: string): boolean {
  return runbook.match.images.some((glob) => matchesImage(glob, repository))
}

/** All services that a runbook asks for are there, by name or alias. */
function hasServices({ match, services }: Runbook, present: readonly string[]): boolean {
  return match.services.every((name) => {
    const aliases = services.find((service) => service.name === name)?.aliases ?? []
    return [name, ...aliases].some((one) => present.includes(one))
  })
}

type Folder = Pick<RunbookLibrary, 'entries' | 'problems'>

async function readFolder(folder: string, source: LibraryEntry['source']): Promise<Folder> {
  const listing = await listFolder(folder)
  if ('problem' in listing) return { entries: [], problems: [listing.problem] }
  const { names } = listing
  const files = names.filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.')).sort()
  const entries: LibraryEntry[] = []
  const problems: RunbookProblem[] = []
  for (const name of files.slice(0, MAX_FILES)) {
    const file = join(folder, name)
    const loaded = await loadFile(file)
    problems.push(...loaded.problems)
    const twin = entries.find(({ runbook }) => runbook.id === loaded.runbook?.id)
    if (twin !== undefined) problems.push(aboutFile(file, `The id “${twin.runbook.id}” is that of ${twin.file} too.`))
    else if (loaded.runbook !== null) entries.push({ runbook: loaded.runbook, source, file })
  }
  if (files.length > MAX_FILES) problems.push(aboutFile(folder, `Only the first ${MAX_FILES} files are read.`))
  return { entries, problems }
}

/** Nobody has to have runbooks of their own; a folder that is there has to be readable. */
async function listFolder(folder: string): Promise<{ names: string[] } | { problem: RunbookProblem }> {
  try {
    return { names: await readdir(folder) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { names: [] }
    return {
      problem: aboutFile(folder, `The folder cannot be read: ${error instanceof Error ? error.message : error}`),
    }
  }
}

async function loadFile(file: string) {
  try {
    // A size first: a device or a huge file must not be read at all.
    const { size } = await stat(file)
    if (size > MAX_RUNBOOK_BYTES) return { runbook: null, problems: [aboutFile(file, 'The file is too large.')] }
    return loadRunbook(await readFile(file, 'utf8'), file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { runbook: null, problems: [aboutFile(file, `The file cannot be read: ${why}`)] }
  }
}

function aboutFile(file: string, message: string): RunbookProblem {
  return { file, line: 1, column: 1, at: '', message, expected: null }
}
