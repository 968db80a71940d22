import type { Duplex } from 'node:stream'
import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { ExchangeError, explain } from './http-exchange.ts'
import type { Finding } from './probe-result.ts'
import { type ProbedStack, runningContainer } from './probe-target.ts'
import { findBareAddress, formatAddress } from './service-address.ts'
import { type ExchangeLimits, withinLimits } from './within-limits.ts'

export type TcpProbe = Extract<Probe, { tcp: unknown }>

/** A proxy in between accepts first and hangs up when nobody is behind it: a connection must last this long. */
const HOLD_MS = 250

/** Whether a service accepts connections. Throws only when `signal` aborts. */
export async function probeTcp(stack: ProbedStack, { tcp }: TcpProbe, signal?: AbortSignal): Promise<Finding> {
  const container = runningContainer(stack, tcp.service)
  const address = container === null ? null : findBareAddress(container, tcp.port)
  if (address === null) {
    const reason = `${tcp.service} has no running container that could be asked on port ${tcp.port}.`
    const request = `connect to ${tcp.service}:${tcp.port}`
    return { health: 'unknown', reason, request, answer: null, durationMs: null }
  }
  const startedAt = performance.now()
  const request = `connect to ${formatAddress(address)}`
  const finish = (health: Finding['health'], reason: string): Finding => {
    return { health, reason, request, answer: null, durationMs: Math.round(performance.now() - startedAt) }
  }
  try {
    await holdConnection(() => stack.session.host.openSocket(address), { timeoutMs: tcp.timeoutSeconds * 1000, signal })
    return finish('healthy', 'The connection was accepted.')
  } catch (error) {
    signal?.throwIfAborted()
    const { failure, message } = explain(error)
    return finish(failure === 'lost' || failure === 'forbidden' ? 'unknown' : 'down', message)
  }
}

/** Resolves when the connection stood for a moment, or said something. */
async function holdConnection(openSocket: () => Duplex, limits: ExchangeLimits): Promise<void> {
  const tooLong = (timeoutMs: number) => new ExchangeError('timeout', `No connection within ${timeoutMs / 1000} s.`)
  return withinLimits<void>(limits, tooLong, ({ resolve, reject }) => {
    const socket = openSocket()
    let held: NodeJS.Timeout | undefined
    const hungUp = () => reject(new ExchangeError('cut', 'The connection was accepted and closed again at once.'))
    socket.on('error', reject).on('end', hungUp).on('close', hungUp)
    socket.on('data', () => resolve())
    // A socket opens itself with the first write; its callback comes once it is open.
    socket.write(Buffer.alloc(0), (error) => {
      if (error) reject(error)
      else held = setTimeout(resolve, HOLD_MS)
    })
    return () => {
      clearTimeout(held)
      socket.destroy()
    }
  })
}
