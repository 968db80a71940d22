import type { Probe } from '../../shared/runbook/probe-schema.ts'
import { fillTemplate } from '../../shared/runbook/template.ts'
import { readVariable } from '../stacks/read-variable.ts'
import { describeCertificate, judgeCertificate } from './certificate.ts'
import { explain } from './http-exchange.ts'
import type { Finding } from './probe-result.ts'
import { type ProbedStack, runningContainer } from './probe-target.ts'
import { findAddress, formatAddress } from './service-address.ts'
import { shakeHands } from './tls-handshake.ts'

export type TlsProbe = Extract<Probe, { tls: unknown }>

/** Whether a service speaks TLS with a certificate that its clients accept. Throws only when `signal` aborts. */
export async function probeTls(stack: ProbedStack, { tls }: TlsProbe, signal?: AbortSignal): Promise<Finding> {
  const { service, port, timeoutSeconds } = tls
  // A variable that is not set is left as it is written: no certificate is for such a name.
  const serverName = fillTemplate(tls.serverName, ({ name, text }) => readVariable(stack, service, name) || text)
  const container = runningContainer(stack, service)
  const address = container === null ? null : findAddress(container, port)
  if (address === null) {
    const reason = `${service} has no running container that could be asked on port ${port}.`
    const request = `TLS handshake with ${service}:${port} for ${serverName}`
    return { health: 'unknown', reason, request, answer: null, durationMs: null }
  }
  const startedAt = performance.now()
  const request = `TLS handshake with ${formatAddress(address)} for ${serverName}`
  const duration = () => Math.round(performance.now() - startedAt)
  try {
    const open = () => stack.session.host.openSocket(address)
    const seen = await shakeHands(open, { serverName, timeoutMs: timeoutSeconds * 1000, signal })
    const answer = { status: null, body: describeCertificate(seen) }
    return { ...judgeCertificate(seen, { ...tls, serverName }, Date.now()), request, answer, durationMs: duration() }
  } catch (error) {
    signal?.throwIfAborted()
    const { failure, message } = explain(error)
    const health = failure === 'lost' || failure === 'forbidden' ? 'unknown' : 'down'
    return { health, reason: message, request, answer: null, durationMs: duration() }
  }
}
