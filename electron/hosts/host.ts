import type { Duplex, Readable, Writable } from 'node:stream'
import type { HostStatus } from '../../shared/contract/hosts.ts'

/** Exit of a command on a host. Output is decoded as UTF-8 and bounded (see {@link ExecOptions.maxOutputBytes}). */
export interface ExecResult {
  readonly stdout: string
  readonly stderr: string
  /** Exit code; null where a signal ended the process. */
  readonly code: number | null
  readonly signal: string | null
}

export interface ExecOptions {
  /** Written to standard input, which is then closed. */
  readonly input?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Deadline of the whole call, in milliseconds. Default 30,000. Past it: `host.timeout`, and the process is ended. */
  readonly timeoutMs?: number
  /** More output than this fails with `host.command-failed`. Default 16 MiB. */
  readonly maxOutputBytes?: number
  /** Exit codes that the caller expects. Default [0]; 'any' leaves the judging to the caller. */
  readonly okCodes?: readonly number[] | 'any'
  /** Run with `sudo -n`. Throws `host.sudo-refused` where that asks for a password. Ignored when already root. */
  readonly sudo?: boolean
  /** Called with each decoded piece of output as it comes, for live steps. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => void
}

/** A running command with its streams. Ends with the connection; `exit` rejects with a typed error when it is lost. */
export interface RemoteProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>
  /** Ends the process on the host too; idempotent. */
  kill(): void
}

export type SocketTarget =
  | { readonly path: string }
  | { readonly host: string; readonly port: number }
  /** A command whose stdin and stdout are the socket, e.g. `docker system dial-stdio`. */
  | { readonly argv: readonly string[]; readonly sudo?: boolean }

export interface FileStat {
  readonly type: 'file' | 'directory' | 'symlink' | 'other'
  readonly sizeBytes: number
  /** Permission bits only, e.g. 0o640. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Milliseconds since 1970, by the host's clock. */
  readonly modifiedAtMs: number
}

export interface FileOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** Files on a host. Paths are absolute POSIX paths. Missing: `host.file-missing`; forbidden: `host.permission-denied`; full: `host.disk-full`. */
export interface HostFiles {
  /** Whole content. Larger than `maxBytes` (default 8 MiB): `host.file-too-large`. */
  read(path: string, options?: FileOptions & { readonly maxBytes?: number }): Promise<Buffer>
  /** Null: there is nothing. Of a symlink it tells the link, or with `follow` what it leads to; null where that is nothing. */
  stat(path: string, options?: FileOptions & { readonly follow?: boolean }): Promise<FileStat | null>
  /** Names in a directory, sorted; missing directory: `host.file-missing`. */
  list(path: string, options?: FileOptions): Promise<string[]>
  /**
   * Replaces a file atomically: temporary file beside it, fsync, owner and mode of the replaced one (or `mode`
   * for a new one, default 0o644), rename. A symlink's target is replaced, not the link.
   */
  writeAtomic(
    path: string,
    content: string | Uint8Array,
    options?: FileOptions & { readonly mode?: number },
  ): Promise<void>
  /** Appends and fsyncs; creates the file when missing. For journals: one writer at a time. */
  append(path: string, content: string | Uint8Array, options?: FileOptions & { readonly mode?: number }): Promise<void>
  /** Creates one directory; false when it was there already. Atomic across clients: two callers never both get true. */
  makeDirectory(path: string, options?: FileOptions & { readonly mode?: number }): Promise<boolean>
  /** Creates the directory and its parents. */
  makeDirectories(path: string, options?: FileOptions & { readonly mode?: number }): Promise<void>
  /** Removes a file, or an empty directory. Missing is no error. */
  remove(path: string, options?: FileOptions): Promise<void>
  /** Removes a directory tree. Refuses `/` and paths of fewer than two segments. */
  removeTree(path: string, options?: FileOptions): Promise<void>
  rename(from: string, to: string, options?: FileOptions): Promise<void>
  /** Copies one file on the host itself, keeping mode; fsynced. */
  copy(from: string, to: string, options?: FileOptions): Promise<void>
}

/** What the first look at a host found; kept for the life of a connection. */
export interface HostFacts {
  readonly user: string
  readonly uid: number
  readonly home: string
  readonly hostname: string
  /** `uname -s`/`uname -m` as Docker names them: linux, amd64 | arm64 | ... */
  readonly os: string
  readonly architecture: string
  /** Absolute path of the docker CLI, found also outside a non-interactive PATH; null when there is none. */
  readonly dockerPath: string | null
  readonly groups: readonly string[]
  /** Whether `sudo -n true` succeeds. */
  readonly canSudo: boolean
}

/**
 * A machine with a Docker engine. `SshHost` and `LocalHost` both pass the conformance suite in
 * `host.conformance.ts`; features never know which one they have.
 */
export interface Host {
  readonly id: string
  /** For messages: the name the user gave it. */
  readonly label: string
  readonly kind: 'ssh' | 'local'
  readonly status: HostStatus
  /** Calls `listener` on every change of `status` until the returned function is called. */
  subscribe(listener: (status: HostStatus) => void): () => void
  /** Opens the connection where there is none and waits for it. Joins an attempt under way. */
  connect(options?: { readonly signal?: AbortSignal }): Promise<HostFacts>
  /** Runs a command given as an argv array and waits for its end. Non-expected exit: `host.command-failed`; not found: `host.command-missing`. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>
  /** Starts a command and hands over its streams. */
  spawn(
    argv: readonly string[],
    options?: Omit<ExecOptions, 'input' | 'okCodes' | 'maxOutputBytes' | 'onOutput'>,
  ): RemoteProcess
  /** A socket on the host's side, returned at once and opened lazily; errors arrive as `error` events with a SlipwayError. */
  openSocket(target: SocketTarget): Duplex
  readonly files: HostFiles
  /** Whether commands, the engine and files go by `sudo` on this host (the user's remembered answer). */
  readonly usesSudo: boolean
  /** The shell command that does the same by hand on the host: argv quoted, with `cd`, env and `sudo` as needed. */
  describeCommand(argv: readonly string[], options?: Pick<ExecOptions, 'cwd' | 'env' | 'sudo'>): string
  /**
   * Milliseconds since 1970 by the host's clock, as far as it is known: from the last reading on, by this computer's
   * monotonic clock. What is judged by the age of something on the host is judged by `readClock`.
   */
  now(): number
  /** Asks the host for its time; `now` goes on from there. */
  readClock(options?: Pick<ExecOptions, 'signal' | 'timeoutMs'>): Promise<number>
  /** Ends everything under way and frees the connection. Idempotent. */
  dispose(): Promise<void>
}
