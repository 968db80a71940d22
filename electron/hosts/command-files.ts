import { randomBytes } from 'node:crypto'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { type FileVerb, fileError, translateCommandText } from './file-errors.ts'
import type { ExecOptions, ExecResult, FileOptions, FileStat, HostFiles } from './host.ts'

const DEFAULT_MAX_READ_BYTES = 8 * 1024 * 1024
const COPY_TIMEOUT_MS = 600_000

type Run = (argv: readonly string[], options: ExecOptions) => Promise<ExecResult>

// The scripts are constant; what varies comes in as arguments.
const WRITE_SCRIPT = `set -e
target=$1 mode=$2 temporary=$3
if [ -L "$target" ]; then target=$(readlink -f -- "$target"); temporary="$(dirname -- "$target")/$(basename -- "$temporary")"; fi
trap 'rm -f -- "$temporary"' EXIT
(umask 077; base64 -d > "$temporary")
if [ -e "$target" ]; then
  chown "$(stat -c %u:%g -- "$target")" "$temporary"; chmod "$(stat -c %a -- "$target")" "$temporary"
else chmod "$mode" -- "$temporary"; fi
sync -- "$temporary"
mv -fT -- "$temporary" "$target"
sync -- "$(dirname -- "$target")" 2>/dev/null || true`
const APPEND_SCRIPT = `set -e
if [ ! -e "$1" ]; then (umask 077; : > "$1"); chmod "$2" -- "$1"; fi
size=$(stat -c %s -- "$1")
if base64 -d >> "$1" && sync -- "$1"; then exit 0; fi
truncate -s "$size" -- "$1"
exit 1`
const MAKE_SCRIPT = `if mkdir -m "$2" -- "$1"; then echo made; elif [ -d "$1" ]; then echo there; else exit 1; fi`
const TYPES: Readonly<Record<string, FileStat['type']>> = {
  'regular file': 'file',
  'regular empty file': 'file',
  directory: 'directory',
  'symbolic link': 'symlink',
}

/** Files by ordinary commands: for hosts where Slipway goes by sudo, which SFTP cannot, and where SFTP is switched off. */
export class CommandFiles implements HostFiles {
  readonly #run: Run
  readonly #label: () => string
  readonly #sudo: boolean

  constructor(run: Run, label: () => string, sudo: boolean) {
    this.#run = run
    this.#label = label
    this.#sudo = sudo
  }

  async read(path: string, options: FileOptions & { readonly maxBytes?: number } = {}): Promise<Buffer> {
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_READ_BYTES
    const stat = await this.stat(path, options)
    if (!stat) throw fileError('host.file-missing', this.#label(), 'read', path)
    if (stat.sizeBytes > maxBytes) {
      throw new SlipwayError('host.file-too-large', `${path} on ${this.#label()} is larger than ${maxBytes} bytes.`)
    }
    const limits = { maxOutputBytes: maxBytes * 2 + 4096 }
    const { stdout } = await this.#do('read', path, ['base64', '--', path], options, limits)
    return Buffer.from(stdout, 'base64')
  }

  async stat(path: string, options: FileOptions & { readonly follow?: boolean } = {}): Promise<FileStat | null> {
    const follow = options.follow ? ['-L'] : []
    try {
      const argv = ['stat', ...follow, '-c', '%F|%s|%a|%u|%g|%Y', '--', path]
      const { stdout } = await this.#do('look at', path, argv, options)
      const [kind = '', size, mode, uid, gid, modified] = stdout.trim().split('|')
      return {
        type: TYPES[kind] ?? 'other',
        sizeBytes: Number(size),
        mode: Number.parseInt(mode ?? '0', 8),
        uid: Number(uid),
        gid: Number(gid),
        modifiedAtMs: Number(modified) * 1000,
      }
    } catch (error) {
      if (isSlipwayError(error) && error.code === 'host.file-missing') return null
      throw error
    }
  }

  async list(path: string, options: FileOptions = {}): Promise<string[]> {
    const argv = ['find', path, '-mindepth', '1', '-maxdepth', '1', '-print0']
    const { stdout } = await this.#do('list', path, argv, options)
    const names = stdout.split('\0').filter((entry) => entry !== '')
    return names.map((entry) => entry.slice(entry.lastIndexOf('/') + 1)).sort()
  }

  async writeAtomic(
    path: string,
    content: string | Uint8Array,
    options: FileOptions & { readonly mode?: number } = {},
  ) {
    const temporary = `${path}.slipway-${randomBytes(6).toString('hex')}`
    await this.#script('write', path, WRITE_SCRIPT, [path, octal(options.mode ?? 0o644), temporary], options, content)
  }

  async append(path: string, content: string | Uint8Array, options: FileOptions & { readonly mode?: number } = {}) {
    await this.#script('write', path, APPEND_SCRIPT, [path, octal(options.mode ?? 0o644)], options, content)
  }

  async makeDirectory(path: string, options: FileOptions & { readonly mode?: number } = {}): Promise<boolean> {
    const { stdout } = await this.#script('create', path, MAKE_SCRIPT, [path, octal(options.mode ?? 0o755)], options)
    return stdout.trim() === 'made'
  }

  async makeDirectories(path: string, options: FileOptions & { readonly mode?: number } = {}): Promise<void> {
    await this.#do('create', path, ['mkdir', '-p', '-m', octal(options.mode ?? 0o755), '--', path], options)
  }

  async remove(path: string, options: FileOptions = {}): Promise<void> {
    const stat = await this.stat(path, options)
    if (!stat) return
    await this.#do(
      'remove',
      path,
      stat.type === 'directory' ? ['rmdir', '--', path] : ['rm', '-f', '--', path],
      options,
    )
  }

  async removeTree(path: string, options: FileOptions = {}): Promise<void> {
    refuseShallowPath(path, this.#label())
    await this.#do('remove', path, ['rm', '-rf', '--', path], options, { timeoutMs: COPY_TIMEOUT_MS })
  }

  async rename(from: string, to: string, options: FileOptions = {}): Promise<void> {
    await this.#do('rename', from, ['mv', '-fT', '--', from, to], options)
  }

  async copy(from: string, to: string, options: FileOptions = {}): Promise<void> {
    await this.#do('copy', from, ['cp', '-p', '--', from, to], options, { timeoutMs: COPY_TIMEOUT_MS })
    await this.#do('copy', to, ['sync', '--', to], options, { timeoutMs: COPY_TIMEOUT_MS })
  }

  #script(
    verb: FileVerb,
    path: string,
    script: string,
    args: readonly string[],
    options: FileOptions,
    content?: string | Uint8Array,
  ): Promise<ExecResult> {
    const input = content === undefined ? {} : { input: Buffer.from(content).toString('base64') }
    return this.#do(verb, path, ['sh', '-c', script, 'sh', ...args], options, input)
  }

  async #do(
    verb: FileVerb,
    path: string,
    argv: readonly string[],
    { signal, timeoutMs }: FileOptions,
    more: ExecOptions = {},
  ): Promise<ExecResult> {
    try {
      return await this.#run(argv, {
        env: { LC_ALL: 'C' },
        sudo: this.#sudo,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(signal ? { signal } : {}),
        ...more,
      })
    } catch (error) {
      throw translateCommandText(error, this.#label(), verb, path)
    }
  }
}

function octal(mode: number): string {
  return mode.toString(8)
}

/** Nothing above a project directory is ever Slipway's to remove. */
export function refuseShallowPath(path: string, label: string): void {
  const segments = path.split('/').filter((segment) => segment !== '')
  const isPlain = !segments.includes('.') && !segments.includes('..')
  if (path.startsWith('/') && segments.length >= 2 && isPlain) return
  throw new SlipwayError('input.invalid', `Slipway refuses to remove ${path} on ${label}.`, {
    state: 'Nothing was removed.',
  })
}
