import { PassThrough, Writable } from 'node:stream'
import { isSlipwayError } from '../../shared/errors.ts'
import type { RemoteProcess } from './host.ts'

/**
 * A process whose streams are there before it has started. Where it cannot be started, `exit` rejects and the streams
 * end with that error. `signal` and `timeoutMs` end it.
 */
export function deferProcess(
  starting: Promise<RemoteProcess>,
  { signal, timeoutMs }: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
): RemoteProcess {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const stdin = new Writable({
    write: (chunk, encoding, done) => void starting.then((it) => it.stdin.write(chunk, encoding, () => done()), done),
    final: (done) => void starting.then((it) => it.stdin.end(() => done()), done),
  })
  // Whoever only waits for the exit is told there.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {})

  const exit = starting.then((process) => {
    process.stdout.pipe(stdout)
    process.stderr.pipe(stderr)
    return process.exit
  })
  exit.catch((error: unknown) => {
    const reason = isSlipwayError(error) ? error : new Error(String(error))
    for (const stream of [stdin, stdout, stderr]) stream.destroy(reason)
  })

  const kill = (): void => {
    // Nobody reads on; what is left would keep it from ending.
    stdout.resume()
    stderr.resume()
    starting.then((process) => process.kill()).catch(() => {})
  }
  const timer = timeoutMs === undefined ? undefined : setTimeout(kill, timeoutMs)
  if (signal?.aborted) kill()
  signal?.addEventListener('abort', kill, { once: true })
  const settled = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', kill)
  }
  exit.then(settled, settled)
  return { stdin, stdout, stderr, exit, kill }
}
