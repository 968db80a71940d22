import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path/posix'
import type { Attributes, SFTPWrapper, Stats } from 'ssh2'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { CommandFiles } from './command-files.ts'
import { type FileVerb, fileError } from './file-errors.ts'
import type { FileOptions, FileStat, HostFiles } from './host.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_MAX_READ_BYTES = 8 * 1024 * 1024
/** OpenSSH takes 256 KiB a packet; 32 KiB is what every server takes. */
const CHUNK_BYTES = 32 * 1024
/** SFTP status codes (draft-ietf-secsh-filexfer-02, section 7). */
const NO_SUCH_FILE = 2
const PERMISSION_DENIED = 3
const FAILURE = 4
const FILE_TYPE_MASK = 0o170000

interface ExtendedSftp extends SFTPWrapper {
  ext_openssh_statvfs(path: string, callback: (error: Error | undefined, info: { f_bavail: number }) => void): void
}

/** Runs work with the one SFTP session of the connection. Throws `NoSftpError` where the host has none. */
export type WithSftp = <T>(work: (sftp: SFTPWrapper) => Promise<T>) => Promise<T>

type Callback<T> = (error: Error | null | undefined, value: T) => void

/** Files over the link's one SFTP session; what SFTP cannot do (copy, whole trees) goes by commands. */
export class SftpFiles implements HostFiles {
  readonly #withSftp: WithSftp
  readonly #commands: CommandFiles
  readonly #label: string

  constructor(withSftp: WithSftp, commands: CommandFiles, label: string) {
    this.#withSftp = withSftp
    this.#commands = commands
    this.#label = label
  }

  read(path: string, options: FileOptions & { readonly maxBytes?: number } = {}): Promise<Buffer> {
    return this.#do('read', path, options, async (sftp) => {
      const maxBytes = options.maxBytes ?? DEFAULT_MAX_READ_BYTES
      const handle = await call<Buffer>((done) => sftp.open(path, 'r', done))
      try {
        const chunks: Buffer[] = []
        let position = 0
        for (;;) {
          const buffer = Buffer.alloc(CHUNK_BYTES)
          const count = await readChunk(sftp, handle, buffer, position)
          if (count === 0) return Buffer.concat(chunks)
          chunks.push(buffer.subarray(0, count))
          position += count
          if (position > maxBytes) {
            throw new SlipwayError('host.file-too-large', `${path} on ${this.#label} is larger than ${maxBytes} bytes.`)
          }
        }
      } finally {
        await close(sftp, handle)
      }
    })
  }

  async stat(path: string, options: FileOptions = {}): Promise<FileStat | null> {
    try {
      return toFileStat(
        await this.#do('look at', path, options, (sftp) => call<Stats>((done) => sftp.lstat(path, done))),
      )
    } catch (error) {
      if (isSlipwayError(error) && error.code === 'host.file-missing') return null
      throw error
    }
  }

  async list(path: string, options: FileOptions = {}): Promise<string[]> {
    const entries = await this.#do('list', path, options, (sftp) =>
      call<{ filename: string }[]>((done) => sftp.readdir(path, done as never)),
    )
    return entries.map((entry) => entry.filename).sort()
  }

  writeAtomic(path: string, content: string | Uint8Array, options: FileOptions & { readonly mode?: number } = {}) {
    return this.#do('write', path, options, async (sftp) => {
      const target = await realTarget(sftp, path)
      const existing = await statOrNull(sftp, target)
      const temporary = `${target}.slipway-${randomBytes(6).toString('hex')}`
      try {
        await this.#writeTemporary(sftp, temporary, Buffer.from(content), existing, options.mode ?? 0o644)
        await call<void>((done) => sftp.ext_openssh_rename(temporary, target, done as never))
      } catch (error) {
        await call<void>((done) => sftp.unlink(temporary, done as never)).catch(() => {})
        throw error
      }
    })
  }

  async #writeTemporary(sftp: SFTPWrapper, path: string, content: Buffer, existing: Stats | null, mode: number) {
    const handle = await call<Buffer>((done) => sftp.open(path, 'wx', { mode: 0o600 }, done))
    try {
      await writeAll(sftp, handle, content, 0)
      const own = await call<Stats>((done) => sftp.fstat(handle, done))
      if (existing && (existing.uid !== own.uid || existing.gid !== own.gid)) {
        // An owner that cannot be kept is a reason not to replace the file, never to change it silently.
        await call<void>((done) => sftp.fchown(handle, existing.uid, existing.gid, done as never)).catch((error) => {
          throw Object.assign(new Error('its owner could not be kept', { cause: error }), { code: PERMISSION_DENIED })
        })
      }
      await call<void>((done) => sftp.fchmod(handle, existing ? existing.mode & 0o7777 : mode, done as never))
      await call<void>((done) => sftp.ext_openssh_fsync(handle, done as never))
    } finally {
      await close(sftp, handle)
    }
  }

  append(path: string, content: string | Uint8Array, options: FileOptions & { readonly mode?: number } = {}) {
    return this.#do('write', path, options, async (sftp) => {
      const attributes: Attributes = { mode: options.mode ?? 0o644 } as Attributes
      const handle = await call<Buffer>((done) => sftp.open(path, 'a', attributes, done))
      try {
        const bytes = Buffer.from(content)
        const { size } = await call<Stats>((done) => sftp.fstat(handle, done))
        await writeAll(sftp, handle, bytes, size)
        await call<void>((done) => sftp.ext_openssh_fsync(handle, done as never))
        const after = await call<Stats>((done) => sftp.fstat(handle, done))
        if (after.size < size + bytes.length) throw Object.assign(new Error('short write'), { code: FAILURE })
      } finally {
        await close(sftp, handle)
      }
    })
  }

  makeDirectory(path: string, options: FileOptions & { readonly mode?: number } = {}): Promise<boolean> {
    return this.#do('create', path, options, async (sftp) => {
      try {
        await call<void>((done) => sftp.mkdir(path, { mode: options.mode ?? 0o755 } as Attributes, done as never))
        return true
      } catch (error) {
        // SFTP version 3 says only "failure" for what is there already.
        const existing = await statOrNull(sftp, path)
        if (existing && toFileStat(existing).type === 'directory') return false
        throw error
      }
    })
  }

  makeDirectories(path: string, options: FileOptions & { readonly mode?: number } = {}): Promise<void> {
    return this.#commands.makeDirectories(path, options)
  }

  async remove(path: string, options: FileOptions = {}): Promise<void> {
    const stat = await this.stat(path, options)
    if (!stat) return
    await this.#do('remove', path, options, (sftp) =>
      call<void>((done) =>
        stat.type === 'directory' ? sftp.rmdir(path, done as never) : sftp.unlink(path, done as never),
      ),
    )
  }

  removeTree(path: string, options: FileOptions = {}): Promise<void> {
    return this.#commands.removeTree(path, options)
  }

  rename(from: string, to: string, options: FileOptions = {}): Promise<void> {
    return this.#do('rename', from, options, (sftp) =>
      call<void>((done) => sftp.ext_openssh_rename(from, to, done as never)),
    )
  }

  copy(from: string, to: string, options: FileOptions = {}): Promise<void> {
    return this.#commands.copy(from, to, options)
  }

  async #do<T>(
    verb: FileVerb,
    path: string,
    options: FileOptions,
    work: (sftp: SFTPWrapper) => Promise<T>,
  ): Promise<T> {
    const translated = (sftp: SFTPWrapper) =>
      work(sftp).catch(async (error: unknown) => Promise.reject(await this.#translate(sftp, error, verb, path)))
    return withDeadline(this.#withSftp(translated), options, () => this.#timeout(verb, path))
  }

  #timeout(verb: FileVerb, path: string): SlipwayError {
    return new SlipwayError('host.timeout', `${this.#label} took too long to ${verb} ${path}.`, { retryable: true })
  }

  async #translate(sftp: SFTPWrapper, error: unknown, verb: FileVerb, path: string): Promise<unknown> {
    if (isSlipwayError(error) || !(error instanceof Error)) return error
    const status = (error as { code?: unknown }).code
    if (status === NO_SUCH_FILE) return fileError('host.file-missing', this.#label, verb, path, error)
    if (status === PERMISSION_DENIED) return fileError('host.permission-denied', this.#label, verb, path, error)
    const isFull = status === FAILURE && verb === 'write' && (await hasNoSpace(sftp, dirname(path)))
    return fileError(isFull ? 'host.disk-full' : 'host.command-failed', this.#label, verb, path, error)
  }
}

function call<T>(start: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)))
  })
}

function readChunk(sftp: SFTPWrapper, handle: Buffer, buffer: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    sftp.read(handle, buffer, 0, buffer.length, position, (error, count) => {
      // End of file comes as status 1.
      if (error && (error as { code?: unknown }).code !== 1) reject(error)
      else resolve(error ? 0 : count)
    })
  })
}

async function writeAll(sftp: SFTPWrapper, handle: Buffer, content: Buffer, from: number): Promise<void> {
  for (let offset = 0; offset < content.length; offset += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, content.length - offset)
    await call<void>((done) => sftp.write(handle, content, offset, length, from + offset, done as never))
  }
}

async function close(sftp: SFTPWrapper, handle: Buffer): Promise<void> {
  await call<void>((done) => sftp.close(handle, done as never)).catch(() => {})
}

async function statOrNull(sftp: SFTPWrapper, path: string): Promise<Stats | null> {
  return call<Stats>((done) => sftp.stat(path, done)).catch((error: { code?: unknown }) => {
    if (error.code === NO_SUCH_FILE) return null
    throw error
  })
}

/** A symlink's target is replaced, not the link. */
async function realTarget(sftp: SFTPWrapper, path: string): Promise<string> {
  const link = await call<Stats>((done) => sftp.lstat(path, done)).catch(() => null)
  if (!link || toFileStat(link).type !== 'symlink') return path
  return call<string>((done) => sftp.realpath(path, done))
}

async function hasNoSpace(sftp: SFTPWrapper, directory: string): Promise<boolean> {
  const info = await call<{ f_bavail: number }>((done) =>
    (sftp as ExtendedSftp).ext_openssh_statvfs(directory, done),
  ).catch(() => null)
  return info !== null && Number(info.f_bavail) < 16
}

function toFileStat(stats: Stats): FileStat {
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

function withDeadline<T>(work: Promise<T>, options: FileOptions, timeout: () => SlipwayError): Promise<T> {
  work.catch(() => {})
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timeout()), options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const onAbort = () => reject(options.signal?.reason)
    options.signal?.addEventListener('abort', onAbort, { once: true })
    if (options.signal?.aborted) onAbort()
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
    })
  })
}
