import type { SFTPWrapper, Stats } from 'ssh2'
import type { FileStat } from './host.ts'
import { NoSftpError } from './switched-files.ts'

/** OpenSSH takes 256 KiB a packet; 32 KiB is what every server takes. */
const CHUNK_BYTES = 32 * 1024
/** Packets under way at once, so that a far host is not asked for one after the other. */
const WINDOW = 16
/** With less than this left, a write that failed without a reason failed for want of space. */
const NO_SPACE_BYTES = 64 * 1024
const FILE_TYPE_MASK = 0o170000

/** Status codes (draft-ietf-secsh-filexfer-02, section 7). */
export const SFTP_STATUS = { endOfFile: 1, noSuchFile: 2, permissionDenied: 3, failure: 4 } as const

type Done<T> = (error: Error | null | undefined, value: T) => void

/** One call of the library as a promise. Extensions that the server does not know reject with `NoSftpError`. */
export function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      start((error, value) => (error ? reject(error) : resolve(value)))
    } catch (error) {
      // The library throws at once for an extension that the server did not name.
      reject(new NoSftpError('The server’s SFTP lacks an extension of OpenSSH', { cause: error }))
    }
  })
}

export function statusOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** Reads to the end, or until there is more than `maxBytes`. */
export async function readAll(sftp: SFTPWrapper, handle: Buffer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let position = 0
  for (let window = 1; ; window = Math.min(WINDOW, window * 2)) {
    const starts = Array.from({ length: window }, (_, index) => position + index * CHUNK_BYTES)
    const pieces = await Promise.all(starts.map((start) => readChunk(sftp, handle, start)))
    for (const piece of pieces) {
      if (piece.length === 0) return Buffer.concat(chunks)
      chunks.push(piece)
      position += piece.length
      // What follows a short piece was read from the wrong place.
      if (piece.length < CHUNK_BYTES) break
    }
    if (position > maxBytes) return Buffer.concat(chunks)
  }
}

function readChunk(sftp: SFTPWrapper, handle: Buffer, position: number): Promise<Buffer> {
  const buffer = Buffer.alloc(CHUNK_BYTES)
  return new Promise((resolve, reject) => {
    sftp.read(handle, buffer, 0, buffer.length, position, (error, count) => {
      if (!error) resolve(buffer.subarray(0, count))
      else if (statusOf(error) === SFTP_STATUS.endOfFile) resolve(Buffer.alloc(0))
      else reject(error)
    })
  })
}

/** Writes all of it, from a place on. */
export async function writeAll(sftp: SFTPWrapper, handle: Buffer, content: Buffer, from: number): Promise<void> {
  for (let begin = 0; begin < content.length; begin += WINDOW * CHUNK_BYTES) {
    const end = Math.min(content.length, begin + WINDOW * CHUNK_BYTES)
    const offsets = Array.from({ length: Math.ceil((end - begin) / CHUNK_BYTES) }, (_, i) => begin + i * CHUNK_BYTES)
    const write = (offset: number) =>
      call<void>((done) => {
        const length = Math.min(CHUNK_BYTES, content.length - offset)
        sftp.write(handle, content, offset, length, from + offset, done as never)
      })
    await Promise.all(offsets.map(write))
  }
}

export async function closeHandle(sftp: SFTPWrapper, handle: Buffer): Promise<void> {
  await call<void>((done) => sftp.close(handle, done as never)).catch(() => {})
}

/** Follows links; null where there is nothing. */
export function statOrNull(sftp: SFTPWrapper, path: string): Promise<Stats | null> {
  return call<Stats>((done) => sftp.stat(path, done)).catch((error: unknown) => {
    if (statusOf(error) === SFTP_STATUS.noSuchFile) return null
    throw error
  })
}

interface FileSystemInfo {
  readonly f_frsize: number | bigint
  readonly f_bavail: number | bigint
  readonly f_files: number | bigint
  readonly f_favail: number | bigint
}

/** Typed without its result by the library. */
type Statvfs = (path: string, done: Done<FileSystemInfo>) => void

/** Whether a file system has no room for data or for names left: SFTP calls that, like most, only "failure". */
export async function hasNoSpace(sftp: SFTPWrapper, directory: string): Promise<boolean> {
  const statvfs = sftp.ext_openssh_statvfs.bind(sftp) as unknown as Statvfs
  const info = await call<FileSystemInfo>((done) => statvfs(directory, done)).catch(() => null)
  if (info === null) return false
  const isOutOfNames = Number(info.f_files) > 0 && Number(info.f_favail) === 0
  return isOutOfNames || Number(info.f_bavail) * Number(info.f_frsize) < NO_SPACE_BYTES
}

export function toFileStat(stats: Stats): FileStat {
  const type = { 32768: 'file', 16384: 'directory', 40960: 'symlink' }[stats.mode & FILE_TYPE_MASK]
  return {
    type: (type as FileStat['type'] | undefined) ?? 'other',
    sizeBytes: stats.size,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    modifiedAtMs: stats.mtime * 1000,
  }
}
