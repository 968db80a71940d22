import { createHash } from 'node:crypto'
import type { RunbookProblem, RunbookSummary, RunbooksView } from '../../shared/contract/runbooks.ts'
import { matchesImage } from '../../shared/runbook/image-glob.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { ComposeModel } from '../docker/compose.ts'
import { deriveRunbook } from './generic-runbook.ts'
import { type DocumentPool, idOf, resolveRunbook } from './resolve-runbook.ts'
import { aboutPlace, type RunbookDocument, type RunbookSource } from './runbook-document.ts'
import { readRunbookFolder } from './runbook-folder.ts'

export interface LibraryEntry {
  readonly runbook: Runbook
  readonly source: RunbookSource
  readonly file: string
  /** The file itself, then the one that it extends, and so on. */
  readonly layers: readonly RunbookDocument[]
}

/** The runbooks that a stack may be bound to, as read at one moment. */
export interface RunbookLibrary {
  readonly entries: readonly LibraryEntry[]
  /** All files that are YAML: what a stack's own runbook may extend. */
  readonly pool: DocumentPool
  /** What could not be read, with the place. Broken runbooks are left out and never stop the app. */
  readonly problems: readonly RunbookProblem[]
  readonly userFolder: string
}

/** Reads the built-in and the user's runbooks. Of two with one id the user's wins. Never throws. */
export async function readRunbookLibrary(folders: {
  readonly builtIn: string
  readonly user: string
  /** The user has chosen the folder: where it is gone, somebody has to be told. */
  readonly mustExist?: boolean
}): Promise<RunbookLibrary> {
  const builtIn = await readRunbookFolder(folders.builtIn, 'built-in')
  const user = await readRunbookFolder(folders.user, 'user', folders)
  const pool = [...user.documents, ...builtIn.documents]
  const builtInEntries = resolveAll(builtIn.documents, pool)
  const userEntries = resolveAll(user.documents, pool)
  const own = new Set(userEntries.entries.map(({ runbook }) => runbook.id))
  const problems = [builtIn, builtInEntries, user, userEntries].flatMap((one) => one.problems)
  return {
    entries: [...userEntries.entries, ...builtInEntries.entries.filter(({ runbook }) => !own.has(runbook.id))],
    pool,
    problems: [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()].sort(byPlace),
    userFolder: folders.user,
  }
}

function byPlace(a: RunbookProblem, b: RunbookProblem): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column
}

/** What the files of one folder make. Of two with one id the first counts. */
function resolveAll(documents: readonly RunbookDocument[], pool: DocumentPool) {
  const entries: LibraryEntry[] = []
  const problems: RunbookProblem[] = []
  for (const document of documents) {
    const { file, source } = document
    const twin = documents.find((one) => one !== document && idOf(one) !== null && idOf(one) === idOf(document))
    if (twin !== undefined && documents.indexOf(twin) < documents.indexOf(document)) {
      const place = document.placeOf(['id'])
      problems.push(aboutPlace(file, place, `The id “${idOf(document)}” is that of ${twin.file} too.`))
      continue
    }
    const resolved = resolveRunbook(document, pool)
    problems.push(...resolved.problems, ...explainBase(document, resolved.problems))
    if (resolved.runbook !== null) {
      entries.push({ runbook: resolved.runbook, source, file, layers: resolved.layers })
    }
  }
  return { entries, problems }
}

/** Where all problems are those of the files that it extends, a file is told of them as well. */
export function explainBase(document: RunbookDocument, problems: readonly RunbookProblem[]): RunbookProblem[] {
  const [first] = problems
  if (first === undefined || problems.some(({ file }) => file === document.file)) return []
  const message = `What this file extends has a problem: ${first.file}:${first.line}:${first.column} ${first.message}`
  return [{ ...aboutPlace(document.file, document.placeOf(['extends']), message), at: 'extends' }]
}

export interface BoundRunbook {
  readonly runbook: Runbook
  readonly source: RunbookSource | 'generic'
  readonly layers: readonly RunbookDocument[]
}

/** The runbook that fits most of a stack's images, or one derived from the stack. */
export function bindRunbook(library: RunbookLibrary, model: ComposeModel): BoundRunbook {
  const images = Object.values(model.services).flatMap(({ image }) => (image === null ? [] : [image]))
  return (
    bindToImages(library, images, Object.keys(model.services)) ?? {
      runbook: deriveRunbook(model),
      source: 'generic',
      layers: [],
    }
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
export function describeLibrary(library: RunbookLibrary, defaultFolder = library.userFolder): RunbooksView {
  const runbooks = library.entries.map(({ runbook, source, file }): RunbookSummary => {
    return { id: runbook.id, name: runbook.name, source, file, sha256: hashWritten(runbook) }
  })
  return { runbooks, problems: [...library.problems], userFolder: library.userFolder, defaultFolder }
}

/** Of what a runbook says, as it was written: what of it holds for a stack follows from that, and from the stack. */
export function hashWritten(runbook: Runbook): string {
  return createHash('sha256').update(JSON.stringify(runbook)).digest('hex')
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
