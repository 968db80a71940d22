/**
 * An iterator over values that come by themselves, of which a slow reader gets the newest only. `start` is called
 * with the first read and returns what stops it; `fail` ends the iteration with an error. Ends when `signal` aborts.
 */
export async function* latestValues<T>(
  start: (push: (value: T) => void, fail: (error: unknown) => void) => () => void,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  let waiting: { readonly value: T } | null = null
  let failure: { readonly error: unknown } | null = null
  let wake = () => {}
  const push = (value: T) => {
    waiting = { value }
    wake()
  }
  const fail = (error: unknown) => {
    failure ??= { error }
    wake()
  }
  const onAbort = () => wake()
  if (signal.aborted) return
  signal.addEventListener('abort', onAbort)
  const stop = start(push, fail)
  try {
    while (!signal.aborted) {
      const next = waiting as { readonly value: T } | null
      waiting = null
      if (next !== null) yield next.value
      else if (failure !== null) throw (failure as { readonly error: unknown }).error
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stop()
  }
}
