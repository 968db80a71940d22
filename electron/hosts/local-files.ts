import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import {
  chmod,
  copyFile,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { refuseShallowPath } from './command-files.ts'
import { type FileVerb, translateErrno } from './file-errors.ts'
import type { FileOptions, FileStat, HostFiles } from './host.ts'

const OWNER_WRITE = 0o200
/** As many as Linux follows. */
const MAX_LINKS = 40
const DEFAULT_MAX_READ_BYTES = 8 * 1024 * 1024

/** The files of this computer. */
export class LocalFiles implements HostFiles {
  readonly #label: () => string

  constructor(label: () => string) {
    this.#label = label
  }

  read(path: string, options: FileOptions & { readonly maxBytes?: number } = {}): Promise<Buffer> {
    return this.#do('read', path, options, async () => {
      const maxBytes = options.maxBytes ?? DEFAULT_MAX_READ_BYTES
      await using handle = await open(path, 'r')
      const { size } = await handle.stat()
      if (size > maxBytes) throw this.#tooLarge(path, maxBytes)
      const content = await handle.readFile()
      // Some files, as those in /proc, do not know their size.
      if (content.length > maxBytes) throw this.#tooLarge(path, maxBytes)
      return content
    })
  }

  async stat(path: string, options: FileOptions & { readonly follow?: boolean } = {}): Promise<FileStat | null> {
    try {
      const stats = await this.#do('look at', path, options, () => (options.follow ? stat(path) : lstat(path)))
      const type = stats.isFile()
        ? 'file'
        : stats.isDirectory()
          ? 'directory'
          : stats.isSymbolicLink()
            ? 'symlink'
            : 'other'
      const { size, uid, gid, mtimeMs } = stats
      return { type, sizeBytes: size, mode: stats.mode & 0o7777, uid, gid, modifiedAtMs: Math.floor(mtimeMs) }
    } catch (error) {
      if (isSlipwayError(error) && error.code === 'host.file-missing') return null
      throw error
    }
  }

  async list(path: string, options: FileOptions = {}): Promise<string[]> {
    return (await this.#do('list', path, options, () => readdir(path))).sort()
  }

  writeAtomic(path: string, content: string | Uint8Array, options: FileOptions & { readonly mode?: number } = {}) {
    return this.#do('write', path, options, async () => {
      const target = await realTarget(path)
      const existing = await lstat(target).catch(() => null)
      const temporary = `${target}.slipway-${randomBytes(6).toString('hex')}`
      try {
        await using handle = await open(temporary, 'wx', 0o600)
        await handle.writeFile(content)
        const own = await handle.stat()
        // An owner that cannot be kept is a reason not to replace the file, never to change it silently.
        if (existing && (existing.uid !== own.uid || existing.gid !== own.gid))
          await handle.chown(existing.uid, existing.gid)
        await handle.chmod(existing ? existing.mode & 0o7777 : (options.mode ?? 0o644))
        await handle.sync()
        await rename(temporary, target)
        await syncDirectory(dirname(target))
      } catch (error) {
        await unlink(temporary).catch(() => {})
        throw error
      }
    })
  }

  append(path: string, content: string | Uint8Array, options: FileOptions & { readonly mode?: number } = {}) {
    return this.#do('write', path, options, async () => {
      await using handle = await open(path, 'a', options.mode ?? 0o644)
      await handle.writeFile(content)
      await handle.sync()
    })
  }

  makeDirectory(path: string, options: FileOptions & { readonly mode?: number } = {}): Promise<boolean> {
    return this.#do('create', path, options, async () => {
      try {
        await mkdir(path, { mode: options.mode ?? 0o755 })
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await lstat(path)).isDirectory()) return false
        throw error
      }
    })
  }

  async makeDirectories(path: string, options: FileOptions & { readonly mode?: number } = {}): Promise<void> {
    await this.#do('create', path, options, () => mkdir(path, { recursive: true, mode: options.mode ?? 0o755 }))
  }

  async remove(path: string, options: FileOptions = {}): Promise<void> {
    const stat = await this.stat(path, options)
    if (!stat) return
    await this.#do('remove', path, options, () => (stat.type === 'directory' ? rmdir(path) : unlink(path)))
  }

  async removeTree(path: string, options: FileOptions = {}): Promise<void> {
    refuseShallowPath(path, this.#label())
    await this.#do('remove', path, options, () => rm(path, { recursive: true, force: true }))
  }

  async rename(from: string, to: string, options: FileOptions = {}): Promise<void> {
    await this.#do('rename', from, options, () => rename(from, to))
  }

  copy(from: string, to: string, options: FileOptions = {}): Promise<void> {
    return this.#do('copy', from, options, async () => {
      await copyFile(from, to, constants.COPYFILE_FICLONE)
      const { mode } = await stat(from)
      // A file that was there keeps its own mode otherwise; and what is read-only can be synced only before it is.
      await chmod(to, (mode & 0o7777) | OWNER_WRITE)
      await using handle = await open(to, 'r+')
      await handle.sync()
      await handle.chmod(mode & 0o7777)
    })
  }

  #tooLarge(path: string, maxBytes: number): SlipwayError {
    return new SlipwayError('host.file-too-large', `${path} on ${this.#label()} is larger than ${maxBytes} bytes.`)
  }

  async #do<T>(verb: FileVerb, path: string, options: FileOptions, work: () => Promise<T>): Promise<T> {
    options.signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      throw translateErrno(error, this.#label(), verb, path)
    }
  }
}

/** A symlink's target is replaced, not the link, also where the target is yet to be made. */
async function realTarget(path: string): Promise<string> {
  let target = path
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = await lstat(target).catch(() => null)
    if (!found?.isSymbolicLink()) break
    target = resolve(await realpath(dirname(target)), await readlink(target))
  }
  return target
}

/** A rename is only sure to survive a power cut once its directory is on disk; Windows has no such call. */
async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle | null = null
  try {
    handle = await open(path, 'r')
    await handle.sync()
  } catch {
    // Not every file system can.
  } finally {
    await handle?.close()
  }
}
