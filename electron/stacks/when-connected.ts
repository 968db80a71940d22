import type { Host } from '../hosts/host.ts'

/** Resolves once the host is connected: true, or false when `signal` aborts first. Never connects by itself. */
export function whenConnected(host: Host, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  if (host.status.kind === 'connected') return Promise.resolve(true)
  return new Promise((resolve) => {
    const finish = (connected: boolean) => {
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
      resolve(connected)
    }
    const onAbort = () => finish(false)
    const unsubscribe = host.subscribe((status) => {
      if (status.kind === 'connected') finish(true)
    })
    signal.addEventListener('abort', onAbort)
  })
}
