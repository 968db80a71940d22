import { type RunbookLibrary, readRunbookLibrary } from './runbook-library.ts'

/** A monitor asks with every picture; files that somebody edits need not be seen faster than this. */
const MAX_AGE_MS = 5_000

/** The runbooks of this computer as they are at present, read again when the last reading has aged. */
export interface RunbookReader {
  /** Never rejects: what cannot be read is among the library's problems. */
  read(): Promise<RunbookLibrary>
}

/** `builtIn` and `user` are folders; the user's need not exist. */
export function createRunbookReader(folders: { readonly builtIn: string; readonly user: string }): RunbookReader {
  let reading: Promise<RunbookLibrary> | null = null
  let readAt = 0
  return {
    read() {
      if (reading === null || performance.now() - readAt > MAX_AGE_MS) {
        readAt = performance.now()
        reading = readRunbookLibrary(folders)
      }
      return reading
    },
  }
}
