import type { Duplex } from 'node:stream'
import { connect, getCACertificates, rootCertificates } from 'node:tls'
import type { SeenCertificate } from './certificate.ts'
import { ExchangeError, explain } from './http-exchange.ts'
import { type ExchangeLimits, withinLimits } from './within-limits.ts'

export interface HandshakeOptions extends ExchangeLimits {
  readonly serverName: string
  /** PEM certificates of authorities to trust; absent: those of this computer. */
  readonly authorities?: readonly string[]
}

/**
 * A TLS handshake over a socket of its own, to look at the certificate and nothing else. Whether it is trusted is part
 * of what was seen. Throws {@link ExchangeError}, or the signal's reason.
 */
export async function shakeHands(openSocket: () => Duplex, options: HandshakeOptions): Promise<SeenCertificate> {
  const { serverName, authorities } = options
  const tooLong = (timeoutMs: number) => new ExchangeError('timeout', `No TLS handshake within ${timeoutMs / 1000} s.`)
  return withinLimits<SeenCertificate>(options, tooLong, ({ resolve, reject }) => {
    const socket = openSocket()
    socket.on('error', (error: unknown) => reject(explainHandshake(error)))
    const secure = connect({
      socket,
      rejectUnauthorized: false,
      // The name is judged with the rest, by its own rules.
      checkServerIdentity: () => undefined,
      ca: [...(authorities ?? knownAuthorities())],
      // An address is no name that could be asked for.
      ...(/^[\d.]+$|:/.test(serverName) ? {} : { servername: serverName }),
    })
    secure.on('error', (error: unknown) => reject(explainHandshake(error)))
    secure.on('close', () => reject(new ExchangeError('cut', 'The connection was closed during the TLS handshake.')))
    secure.on('secureConnect', () =>
      resolve({
        certificate: secure.getPeerCertificate(),
        distrust: secure.authorized ? null : codeOf(secure.authorizationError),
        protocol: secure.getProtocol() ?? 'unknown',
      }),
    )
    return () => {
      secure.destroy()
      socket.destroy()
    }
  })
}

/** What browsers of this computer trust: the usual authorities and those that somebody has added. */
function knownAuthorities(): readonly string[] {
  try {
    return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  } catch {
    // A runtime without the call, or a store that cannot be read.
    return rootCertificates
  }
}

/** Node gives an error, a code or a text, depending on the version. */
function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message
  return String(error)
}

function explainHandshake(error: unknown): ExchangeError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    const words = error instanceof Error ? error.message : code
    return new ExchangeError('not-http', `There is no TLS behind this port: ${words}.`, error)
  }
  return explain(error)
}
