import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { SlipwayError } from '../../shared/errors.ts'
import type { DocumentPool } from './resolve-runbook.ts'
import { type RunbookLibrary, readRunbookLibrary } from './runbook-library.ts'
import { loadRunbook } from './runbook-loader.ts'

/** A monitor asks with every picture; files that somebody edits need not be seen faster than this. */
const MAX_AGE_MS = 5_000

/** Where the choice of a folder is kept. */
export interface FolderChoice {
  /** Null: the default. */
  get(): string | null
  set(folder: string | null): void
}

export interface RunbookFolders {
  /** Of the app. */
  readonly builtIn: string
  /** The user's, where none is chosen; it need not exist. */
  readonly user: string
  readonly choice?: FolderChoice
}

/** The runbooks of this computer as they are at present, read again when the last reading has aged. */
export class RunbookReader {
  readonly #folders: RunbookFolders
  #reading: Promise<RunbookLibrary> | null = null
  #readAt = 0

  constructor(folders: RunbookFolders) {
    this.#folders = folders
  }

  get defaultFolder(): string {
    return this.#folders.user
  }

  /** Where the user's own runbooks are. */
  get userFolder(): string {
    return this.#folders.choice?.get() ?? this.#folders.user
  }

  /** Never rejects: what cannot be read is among the library's problems. */
  read(): Promise<RunbookLibrary> {
    if (this.#reading === null || performance.now() - this.#readAt > MAX_AGE_MS) {
      this.#readAt = performance.now()
      const user = this.userFolder
      const mustExist = user !== this.#folders.user
      this.#reading = readRunbookLibrary({ builtIn: this.#folders.builtIn, user, mustExist })
    }
    return this.#reading
  }

  /** The next reading looks at the files again. */
  refresh(): void {
    this.#reading = null
  }

  /**
   * Takes the user's runbooks from another folder; null: the default again. No file is moved. Throws `input.invalid`
   * for what is no folder that can be read.
   */
  async setFolder(folder: string | null): Promise<void> {
    const wanted = folder === null ? this.defaultFolder : await requireFolder(expandHome(folder.trim()))
    this.#folders.choice?.set(wanted === this.defaultFolder ? null : wanted)
    this.refresh()
  }

  /** An id that no runbook has and a file of that name in the user's folder that is not there yet. */
  async findFreeName(wanted: string): Promise<string> {
    const { entries } = await this.read()
    const ids = new Set(entries.map(({ runbook }) => runbook.id))
    const files = new Set(await listNames(this.userFolder))
    for (let count = 1; ; count++) {
      const name = count === 1 ? wanted : `${wanted}-${count}`
      if (!ids.has(name) && !files.has(`${name}.yaml`)) return name
    }
  }

  /**
   * Writes a new runbook into the user's folder, which is made where it does not exist yet. Throws `runbook.invalid` for
   * a text that is none, and `input.invalid` where there is a file of that name: nothing is ever overwritten.
   */
  async save(fileName: string, text: string): Promise<string> {
    const folder = this.userFolder
    const file = join(folder, fileName)
    requireRunbook(text, file, (await this.read()).pool)
    await writeNewFile(file, text)
    this.refresh()
    return file
  }
}

async function listNames(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

function requireRunbook(text: string, file: string, pool: DocumentPool): void {
  const [problem] = loadRunbook(text, file, 'user', pool).problems
  if (problem === undefined) return
  const message = `This is no runbook: line ${problem.line}, column ${problem.column}: ${problem.message}`
  throw new SlipwayError('runbook.invalid', message, { state: 'Nothing was saved.' })
}

async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await using handle = await open(file, 'wx')
    try {
      await handle.writeFile(text)
      await handle.sync()
    } catch (error) {
      // Half a file would be a runbook with a fault that nobody has made.
      await rm(file, { force: true })
      throw error
    }
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    if (!isThere) throw new SlipwayError('storage.failed', `The file ${file} cannot be written.`, { cause })
    throw new SlipwayError('input.invalid', `There is a file ${file} already.`, {
      state: 'Nothing was overwritten.',
      hint: 'Change that file, or give this one another name.',
    })
  }
}

function expandHome(folder: string): string {
  return folder === '~' || folder.startsWith('~/') ? join(homedir(), folder.slice(1)) : folder
}

async function requireFolder(folder: string): Promise<string> {
  const hint = 'Give the whole path of a folder that exists on this computer.'
  if (!isAbsolute(folder)) throw new SlipwayError('input.invalid', `“${folder}” is no whole path.`, { hint })
  try {
    await readdir(folder)
    return resolve(folder)
  } catch (cause) {
    throw new SlipwayError('input.invalid', `The folder ${folder} cannot be read.`, { hint, cause })
  }
}
