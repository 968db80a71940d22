import { mkdir, readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { SlipwayError } from '../../shared/errors.ts'
import { type RunbookLibrary, readRunbookLibrary } from './runbook-library.ts'

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

  /** The user's folder, made where it does not exist yet. */
  async makeUserFolder(): Promise<string> {
    const folder = this.userFolder
    await mkdir(folder, { recursive: true })
    return folder
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
