import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SlipwayError } from '../../shared/errors.ts'
import { MIGRATIONS } from './migrations.ts'

/** The window and the browser entry may share a file; one waits this long for the other's write. */
const BUSY_TIMEOUT_MS = 5000

export interface OpenedDatabase {
  readonly database: DatabaseSync
  /** Set when a damaged file was moved aside and a new one begun: what happened and where the old one is. */
  readonly notice: string | null
}

function isDamaged(error: unknown): boolean {
  // SQLITE_CORRUPT is 11, SQLITE_NOTADB is 26; extended codes carry them in the low byte.
  return error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff)
}

function readVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version)
}

function migrate(database: DatabaseSync, file: string): void {
  const version = readVersion(database)
  if (version > MIGRATIONS.length) {
    throw new SlipwayError('storage.failed', `The data file ${file} was written by a newer version of this app.`, {
      state: 'It was not touched.',
      hint: 'Install the newer version, or start with another data folder.',
    })
  }
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < version) continue
    database.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    // Before the first write, so that -wal and -shm inherit the mode too.
    chmodSync(file, 0o600)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    const check = database.prepare('PRAGMA quick_check(1)').get()
    if (check?.quick_check !== 'ok') {
      throw Object.assign(new Error(`quick_check: ${String(check?.quick_check)}`), { errcode: 11 })
    }
    migrate(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function moveAside(file: string): string {
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  }
  return aside
}

/**
 * Opens this computer's data file, creating or upgrading it; readable by its owner only. A damaged file is
 * moved aside, never deleted. Throws `storage.failed` where the folder cannot be written or the file is newer.
 */
export function openDatabase(file: string): OpenedDatabase {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    try {
      return { database: open(file), notice: null }
    } catch (error) {
      if (!isDamaged(error)) throw error
      const aside = moveAside(file)
      const notice = `The data file was damaged and could not be read. It was moved to ${aside}, and the app starts with an empty one: add your hosts again. Nothing on any host is affected.`
      return { database: open(file), notice }
    }
  } catch (error) {
    if (error instanceof SlipwayError) throw error
    throw new SlipwayError('storage.failed', `The data file ${file} cannot be opened.`, {
      hint: 'Check that its folder exists, belongs to you and has free space.',
      cause: error,
    })
  }
}
