import { raceEnd } from '../hosts/race-end.ts'

const ABORTED = Symbol('aborted')

/**
 * The same values, ended as soon as `signal` aborts: also when the source is slow to notice. The source is told
 * to return, and what it throws while it winds down is passed over, since nobody is listening any more.
 */
export async function* endWithSignal<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  const aborted = Promise.withResolvers<typeof ABORTED>()
  const onAbort = () => aborted.resolve(ABORTED)
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort)
  const race = raceEnd(aborted.promise)
  try {
    for (;;) {
      const result = await race(iterator.next())
      if (result === ABORTED || result.done) return
      yield result.value
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    iterator.return?.()?.catch(() => {})
  }
}
