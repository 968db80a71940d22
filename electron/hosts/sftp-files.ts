import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path/posix'
import type { Attributes, SFTPWrapper, Stats } from 'ssh2'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { CommandFiles } from './command-files.ts'
import { type FileVerb, fileError } from './file-errors.ts'
import type { FileOptions, FileStat, HostFiles } from './host.ts'
import {
  call,
  closeHandle,
  hasNoSpace,
  readAll,
  SFTP_STATUS,
  statOrNull,
  statusOf,
  toFileStat,
  writeAll,
} from './sftp-calls.ts'
import { NoSftpError } from './switched-files.ts'
import { unlessAborted } from './unless-aborted.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_MAX_READ_BYTES = 8 * 1024 * 1024

/** Runs work with the one SFTP session of the connection. Throws `NoSftpError` where the host has none. */
export type WithSftp = <T>(work: (sftp: SFTPWrapper) => Promise<T>) => Promise<T>

type WriteOptions = FileOptions & { readonly mode?: number }

/** Files over the link's one SFTP session; what SFTP cannot do (copy, whole trees) goes by commands. */
export class SftpFiles implements HostFiles {
  readonly #withSftp: WithSftp
  readonly #commands: CommandFiles
  readonly #label: () => string

  constructor(withSftp: WithSftp, commands: CommandFiles, label: () => string) {
    this.#withSftp = withSftp
    this.#commands = commands
    this.#label = label
  }

  read(path: string, options: FileOptions & { readonly maxBytes?: number } = {}): Promise<Buffer> {
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_READ_BYTES
    return this.#do('read', path, options, async (sftp) => {
      const handle = await call<Buffer>((done) => sftp.open(path, 'r', done))
      try {
        const content = await readAll(sftp, handle, maxBytes)
        if (content.length <= maxBytes) return content
        throw new SlipwayError('host.file-too-large', `${path} on ${this.#label()} is larger than ${maxBytes} bytes.`)
      } finally {
        await closeHandle(sftp, handle)
      }
    })
  }

  async stat(path: string, options: FileOptions & { readonly follow?: boolean } = {}): Promise<FileStat | null> {
    const look = (sftp: SFTPWrapper) =>
      call<Stats>((done) => (options.follow ? sftp.stat(path, done) : sftp.lstat(path, done)))
    try {
      return toFileStat(await this.#do('look at', path, options, look))
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

  writeAtomic(path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
    return this.#do('write', path, options, async (sftp, signal) => {
      const target = await realTarget(sftp, path)
      const existing = await statOrNull(sftp, target)
      const temporary = `${target}.slipway-${randomBytes(6).toString('hex')}`
      try {
        await this.#writeTemporary(sftp, temporary, Buffer.from(content), existing, options.mode ?? 0o644)
        // The caller may have been told meanwhile that nothing was written.
        signal.throwIfAborted()
        await call<void>((done) => sftp.ext_openssh_rename(temporary, target, done as never))
      } catch (error) {
        const translated = await this.#translate(sftp, error, 'write', path)
        await call<void>((done) => sftp.unlink(temporary, done as never)).catch(() => {})
        throw translated
      }
    })
  }

  async #writeTemporary(sftp: SFTPWrapper, path: string, content: Buffer, existing: Stats | null, mode: number) {
    const handle = await call<Buffer>((done) => sftp.open(path, 'wx', { mode: 0o600 }, done))
    try {
      const own = await call<Stats>((done) => sftp.fstat(handle, done))
      if (existing && (existing.uid !== own.uid || existing.gid !== own.gid)) {
        await call<void>((done) => sftp.fchown(handle, existing.uid, existing.gid, done as never)).catch((error) => {
          throw this.#ownerError(path, existing, error)
        })
      }
      await writeAll(sftp, handle, content, 0)
      await call<void>((done) => sftp.fchmod(handle, existing ? existing.mode & 0o7777 : mode, done as never))
      await call<void>((done) => sftp.ext_openssh_fsync(handle, done as never))
    } finally {
      await closeHandle(sftp, handle)
    }
  }

  /** An owner that cannot be kept is a reason not to replace the file, never to change it silently. */
  #ownerError(temporary: string, { uid, gid }: Stats, cause: unknown): SlipwayError {
    const path = temporary.replace(/\.slipway-[0-9a-f]+$/, '')
    const message = `${path} on ${this.#label()} belongs to another owner (${uid}:${gid}), whom Slipway could not keep.`
    return new SlipwayError('host.permission-denied', message, {
      state: 'The file is as it was before.',
      hint: 'Give the file to the user that Slipway signs in as, or let Slipway go by sudo.',
      cause,
    })
  }

  append(path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
    return this.#do('write', path, options, async (sftp) => {
      const attributes = { mode: options.mode ?? 0o644 } as Attributes
      const handle = await call<Buffer>((done) => sftp.open(path, 'a', attributes, done))
      try {
        await this.#appendTo(sftp, handle, path, Buffer.from(content))
      } finally {
        await closeHandle(sftp, handle)
      }
    })
  }

  async #appendTo(sftp: SFTPWrapper, handle: Buffer, path: string, bytes: Buffer): Promise<void> {
    const { size } = await call<Stats>((done) => sftp.fstat(handle, done))
    try {
      await writeAll(sftp, handle, bytes, size)
      await call<void>((done) => sftp.ext_openssh_fsync(handle, done as never))
      const after = await call<Stats>((done) => sftp.fstat(handle, done))
      if (after.size < size + bytes.length) throw Object.assign(new Error('short write'), { code: SFTP_STATUS.failure })
    } catch (error) {
      const translated = await this.#translate(sftp, error, 'write', path)
      // Half a line would be the start of the next one.
      await call<void>((done) => sftp.fsetstat(handle, { size } as Attributes, done as never)).catch(() => {})
      throw translated
    }
  }

  makeDirectory(path: string, options: WriteOptions = {}): Promise<boolean> {
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

  /** What is there needs no command to make it, and mostly it is. */
  async makeDirectories(path: string, options: WriteOptions = {}): Promise<void> {
    const found = await this.#do('create', path, options, (sftp) => statOrNull(sftp, path))
    if (found && toFileStat(found).type === 'directory') return
    await this.#commands.makeDirectories(path, options)
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

  /** `work` gets the signal of the deadline and the caller together. */
  async #do<T>(
    verb: FileVerb,
    path: string,
    options: FileOptions,
    work: (sftp: SFTPWrapper, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController()
    const signal = options.signal ? AbortSignal.any([options.signal, deadline.signal]) : deadline.signal
    signal.throwIfAborted()
    const timer = setTimeout(() => deadline.abort(this.#timeout(verb, path)), options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const working = this.#withSftp((sftp) =>
      work(sftp, signal).catch(async (error: unknown) => {
        throw await this.#translate(sftp, error, verb, path)
      }),
    )
    try {
      return await unlessAborted(working, signal)
    } finally {
      clearTimeout(timer)
    }
  }

  #timeout(verb: FileVerb, path: string): SlipwayError {
    return new SlipwayError('host.timeout', `${this.#label()} took too long to ${verb} ${path}.`, { retryable: true })
  }

  async #translate(sftp: SFTPWrapper, error: unknown, verb: FileVerb, path: string): Promise<unknown> {
    if (isSlipwayError(error) || error instanceof NoSftpError || !(error instanceof Error)) return error
    const status = statusOf(error)
    const label = this.#label()
    if (status === SFTP_STATUS.noSuchFile) return fileError('host.file-missing', label, verb, path, error)
    if (status === SFTP_STATUS.permissionDenied) return fileError('host.permission-denied', label, verb, path, error)
    // Without a status it is no answer of the server's: an abort, for example.
    if (status !== SFTP_STATUS.failure) return error
    const mayBeFull = verb === 'write' || verb === 'create'
    const isFull = mayBeFull && (await hasNoSpace(sftp, dirname(path)))
    return fileError(isFull ? 'host.disk-full' : 'host.command-failed', label, verb, path, error)
  }
}

/** A symlink's target is replaced, not the link. */
async function realTarget(sftp: SFTPWrapper, path: string): Promise<string> {
  const link = await call<Stats>((done) => sftp.lstat(path, done)).catch(() => null)
  if (!link || toFileStat(link).type !== 'symlink') return path
  return call<string>((done) => sftp.realpath(path, done))
}
