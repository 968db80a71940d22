import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** What a command printed and how it ended; `code` is 128 + signal when a signal ended it. */
export type CommandResult = { readonly stdout: string; readonly stderr: string; readonly code: number }

/** How to run a command. A non-zero exit throws `CommandError` unless `allowFailure` is set. */
export type RunOptions = {
  readonly input?: string | Buffer | Readable | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly cwd?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
  readonly allowFailure?: boolean | undefined
}

/** A command that failed: its message carries the end of what it printed. */
export class CommandError extends Error {
  readonly result: CommandResult

  constructor(command: string, result: CommandResult) {
    const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-12).join('\n')
    super(`${command}: exit code ${result.code}${said ? `\n${said}` : ''}`)
    this.name = 'CommandError'
    this.result = result
  }
}

/** Five minutes: a command that hangs must fail the run, not stop it for ever. */
const defaultTimeoutMs = 300_000

/** Runs one program with an argument list (never through a shell) and collects what it prints. */
export async function run(program: string, argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  const deadline = AbortSignal.timeout(timeoutMs)
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
  signal.throwIfAborted()
  const child = spawn(program, argv, { env: options.env ?? process.env, cwd: options.cwd, stdio: 'pipe' })
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  try {
    const [result] = await Promise.all([collect(child), feed(child, options.input)])
    if (signal.aborted) throw abortedError(program, argv, options.signal, timeoutMs)
    if (result.code !== 0 && !options.allowFailure) throw new CommandError(summary(program, argv), result)
    return result
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

function collect(child: ChildProcess): Promise<CommandResult> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), code: code ?? 137 })
    })
  })
}

/** A program may end without reading its input: that is its exit code's story, not an error of the pipe. */
async function feed(child: ChildProcess, input: RunOptions['input']): Promise<void> {
  const stdin = child.stdin
  if (!stdin) return
  stdin.on('error', () => {})
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) {
    stdin.end(input)
    return
  }
  await pipeline(input, stdin).catch(() => {})
}

function abortedError(program: string, argv: readonly string[], caller: AbortSignal | undefined, timeoutMs: number) {
  if (caller?.aborted) return caller.reason
  return new Error(`${summary(program, argv)}: no end after ${timeoutMs / 1000} s`)
}

function summary(program: string, argv: readonly string[]): string {
  const words = [program, ...argv].join(' ')
  return words.length > 200 ? `${words.slice(0, 200)}…` : words
}
