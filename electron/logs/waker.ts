/** Lets one waiter go on; a call before anybody waits is not lost. */
export interface Waker {
  wake(): void
  /** Resolves with the next call, or one since the last; also when the signal aborts. */
  next(): Promise<void>
}

export function createWaker(signal: AbortSignal): Waker {
  let isDue = false
  let resolveNext = () => {}
  return {
    wake() {
      isDue = true
      resolveNext()
    },
    async next() {
      if (!isDue && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const finish = () => {
            signal.removeEventListener('abort', finish)
            resolve()
          }
          resolveNext = finish
          signal.addEventListener('abort', finish)
        })
      }
      isDue = false
    },
  }
}
