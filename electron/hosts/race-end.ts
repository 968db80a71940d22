/**
 * Waits for one piece of work after another, each cut short by the same `end`. `Promise.race` would keep every result
 * for as long as `end` is pending: of a stream that is followed for days, all of its bytes.
 */
export function raceEnd<E>(end: Promise<E>): <T>(work: Promise<T>) => Promise<T | E> {
  let isEnded = false
  let settle: ((end: Promise<E>) => void) | null = null
  const onEnd = (): void => {
    isEnded = true
    settle?.(end)
  }
  end.then(onEnd, onEnd)
  return (work) => {
    work.catch(() => {})
    if (isEnded) return end
    return new Promise((resolve, reject) => {
      settle = resolve
      work.then(resolve, reject)
    })
  }
}
