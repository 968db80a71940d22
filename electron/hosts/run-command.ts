import { finished } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { SlipwayError } from '../../shared/errors.ts'
import type { ExecOptions, ExecResult, RemoteProcess } from './host.ts'

const DEFAULT_TIMEOUT_MS = 30_000
/** How long a call that has failed waits for its process to be gone, so that nobody undoes beneath a living one. */
const KILL_WAIT_MS = 3_000
const DEFAULT_MAX_OUTPUT_BYTES = 16 * 1024 * 1024
/** Longer arguments are cut in messages. */
const SHOWN_COMMAND_LENGTH = 160

export function shownCommand(argv: readonly string[]): string {
  const text = argv.join(' ')
  return text.length > SHOWN_COMMAND_LENGTH ? `${text.slice(0, SHOWN_COMMAND_LENGTH)}…` : text
}

/**
 * Runs a process to its end with deadline, bounds and expected exit codes; the same for every kind of host.
 * `start` receives the signal that ends the attempt.
 */
export async function runCommand(
  label: string,
  argv: readonly string[],
  options: ExecOptions,
  start: (signal: AbortSignal) => Promise<RemoteProcess> | RemoteProcess,
): Promise<ExecResult> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  signal.throwIfAborted()

  const { promise: aborted, reject } = Promise.withResolvers<never>()
  aborted.catch(() => {})
  const onAbort = () => reject(abortError(label, argv, timeoutMs, timeout, options.signal))
  signal.addEventListener('abort', onAbort)
  try {
    const process = await Promise.race([withLateKill(start(signal), signal), aborted])
    try {
      const result = await Promise.race([collect(label, argv, options, process), aborted])
      return judge(label, argv, options, result)
    } catch (error) {
      await endProcess(process)
      throw error
    }
  } finally {
    // Until its deadline, which may be hours away, the signal would keep the command and its output.
    signal.removeEventListener('abort', onAbort)
  }
}

async function endProcess(process: RemoteProcess): Promise<void> {
  process.kill()
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, KILL_WAIT_MS)
  })
  await Promise.race([process.exit.catch(() => {}), patience])
  clearTimeout(timer)
}

/** A process that starts after its caller has given up is ended at once. */
async function withLateKill(starting: Promise<RemoteProcess> | RemoteProcess, signal: AbortSignal) {
  const process = await starting
  if (signal.aborted) process.kill()
  return process
}

function abortError(
  label: string,
  argv: readonly string[],
  timeoutMs: number,
  timeout: AbortSignal,
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted && !timeout.aborted) return signal.reason
  return new SlipwayError(
    'host.timeout',
    `${shownCommand(argv)} on ${label} did not end within ${Math.round(timeoutMs / 1000)} s.`,
    { state: 'Slipway ended the command.', hint: 'Check the load of the host and try again.', retryable: true },
  )
}

async function collect(
  label: string,
  argv: readonly string[],
  options: ExecOptions,
  process: RemoteProcess,
): Promise<ExecResult> {
  const limit = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES
  const output = { stdout: '', stderr: '' }
  let bytes = 0
  const overflow = new Promise<never>((_, reject) => {
    for (const name of ['stdout', 'stderr'] as const) {
      const decoder = new StringDecoder('utf8')
      const take = (text: string) => {
        if (text === '') return
        output[name] += text
        options.onOutput?.(name, text)
      }
      process[name].on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= limit) return take(decoder.write(chunk))
        reject(
          new SlipwayError('host.command-failed', `${shownCommand(argv)} on ${label} wrote more than ${limit} bytes.`),
        )
      })
      process[name].on('end', () => take(decoder.end()))
    }
  })
  // The exit may be known before the last output has come.
  const drained = Promise.all([finished(process.stdout), finished(process.stderr)])
  drained.catch(() => {})
  overflow.catch(() => {})
  process.stdin.on('error', () => {
    // A command that ends without reading its input is judged by its exit code.
  })
  process.stdin.end(options.input ?? '')
  const { code, signal } = await Promise.race([process.exit, overflow])
  await Promise.race([drained, overflow])
  return { ...output, code, signal }
}

function judge(label: string, argv: readonly string[], options: ExecOptions, result: ExecResult): ExecResult {
  const okCodes = options.okCodes ?? [0]
  if (okCodes === 'any' || (result.code !== null && okCodes.includes(result.code))) return result
  const said = result.stderr.trim() || result.stdout.trim()
  const details = { command: shownCommand(argv), output: said.slice(-4000), 'exit code': String(result.code) }
  const missing = missingCommand(argv, options, result)
  if (missing !== null) {
    throw new SlipwayError('host.command-missing', `${missing} was not found on ${label}.`, {
      hint: `Install ${missing} on the host, or put it on the PATH of non-interactive shells.`,
      details,
    })
  }
  if (options.sudo === true && result.code === 1 && /^sudo: /m.test(result.stderr)) {
    throw new SlipwayError('host.sudo-refused', `sudo on ${label} asks for a password or refuses.`, {
      state: 'Nothing was changed.',
      hint: 'Allow it without a password (NOPASSWD in sudoers), or use a user in the docker group.',
      details,
    })
  }
  const ending = result.code === null ? `was ended by ${result.signal ?? 'a signal'}` : `failed with ${result.code}`
  const lastLine = said.split('\n').at(-1) ?? ''
  throw new SlipwayError(
    'host.command-failed',
    `${shownCommand(argv)} on ${label} ${ending}${lastLine === '' ? '.' : `: ${lastLine}`}`,
    { details },
  )
}

/** The command that was not there: ours, or one that ours starts; null where that was not the trouble. */
function missingCommand(argv: readonly string[], options: ExecOptions, result: ExecResult): string | null {
  const bySudo = options.sudo === true ? /^sudo: (.+): command not found$/m.exec(result.stderr) : null
  if (bySudo) return bySudo[1] ?? null
  if (result.code !== 127) return null
  // "sh: 1: nonsense: not found" of a script, as opposed to "sh: 1: exec: nonsense: not found" of ours.
  const inner = /(?:^|: )([^\s:]+): (?:command )?not found$/m.exec(result.stderr)
  return inner?.[1] ?? argv[0] ?? null
}
