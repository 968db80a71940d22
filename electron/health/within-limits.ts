/** How long an exchange may take, and who may call it off. */
export interface ExchangeLimits {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

type Settle<T> = Pick<PromiseWithResolvers<T>, 'resolve' | 'reject'>

/**
 * Waits for what `begin` settles. Rejects with `tooLong` past the deadline, and with the signal's reason when it
 * aborts; then, and however else it ends, what `begin` returned is called, to let go of the sockets.
 */
export async function withinLimits<T>(
  { timeoutMs, signal }: ExchangeLimits,
  tooLong: (timeoutMs: number) => Error,
  begin: (settle: Settle<T>) => () => void,
): Promise<T> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const onAbort = () => reject(signal?.reason)
  const letGo = begin({ resolve, reject })
  signal?.addEventListener('abort', onAbort, { once: true })
  const deadline = setTimeout(() => reject(tooLong(timeoutMs)), timeoutMs)
  try {
    return await promise
  } finally {
    clearTimeout(deadline)
    signal?.removeEventListener('abort', onAbort)
    letGo()
  }
}
