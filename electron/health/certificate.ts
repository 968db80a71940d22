import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { Finding } from './probe-result.ts'

/** What a TLS handshake showed of the server. */
export interface SeenCertificate {
  readonly certificate: PeerCertificate
  /** Why no known authority stands behind it, in Node's code: `DEPTH_ZERO_SELF_SIGNED_CERT`; null: one does. */
  readonly distrust: string | null
  /** `TLSv1.3`. */
  readonly protocol: string
}

export interface CertificateRules {
  readonly serverName: string
  readonly selfSigned: boolean
  readonly minDaysLeft: number
}

const DAY_MS = 24 * 60 * 60_000
/** Expiry is judged by its dates, with words of its own. */
const ABOUT_TIME = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
/** What a certificate of one's own, or of one's own authority, is expected to end with. */
const UNKNOWN_ISSUER = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
])

/** Judges a certificate as the clients of the service would: by its dates, its names and who signed it. Pure. */
export function judgeCertificate(
  seen: SeenCertificate,
  rules: CertificateRules,
  nowMs: number,
): Pick<Finding, 'health' | 'reason'> {
  const { certificate } = seen
  const refusal = judgeDates(certificate, nowMs) ?? judgeName(certificate, rules) ?? judgeIssuer(seen, rules)
  if (refusal !== null) return { health: 'down', reason: refusal }
  const days = Math.floor((Date.parse(certificate.valid_to) - nowMs) / DAY_MS)
  const left = `The certificate for ${rules.serverName} is good until ${formatDay(certificate.valid_to)}: ${days === 1 ? 'one day' : `${days} days`} left`
  if (days < rules.minDaysLeft) {
    return { health: 'degraded', reason: `${left}, and ${rules.minDaysLeft} are wanted at least.` }
  }
  return { health: 'healthy', reason: `${left}.` }
}

/** What a person compares: whose it is, who signed it, for which names, from when to when. */
export function describeCertificate({ certificate, distrust, protocol }: SeenCertificate): string {
  return [
    `protocol: ${protocol}`,
    `subject: ${formatName(certificate.subject)}`,
    `issuer: ${formatName(certificate.issuer)}`,
    `names: ${certificate.subjectaltname ?? 'none'}`,
    `valid: ${certificate.valid_from} to ${certificate.valid_to}`,
    `trusted: ${distrust === null ? 'yes' : `no (${distrust})`}`,
    `sha256: ${certificate.fingerprint256}`,
  ].join('\n')
}

function judgeDates({ valid_from, valid_to }: PeerCertificate, nowMs: number): string | null {
  if (nowMs >= Date.parse(valid_to)) return `The certificate expired on ${formatDay(valid_to)}.`
  if (nowMs < Date.parse(valid_from)) return `The certificate is not valid before ${formatDay(valid_from)}.`
  return null
}

function judgeName(certificate: PeerCertificate, { serverName }: CertificateRules): string | null {
  if (checkServerIdentity(serverName, certificate) === undefined) return null
  const names = certificate.subjectaltname ?? formatName(certificate.subject)
  return `The certificate is not for ${serverName}, but for ${names}.`
}

function judgeIssuer({ certificate, distrust }: SeenCertificate, { selfSigned }: CertificateRules): string | null {
  if (distrust === null || ABOUT_TIME.has(distrust)) return null
  if (!UNKNOWN_ISSUER.has(distrust)) return `The certificate is refused: ${distrust}.`
  return selfSigned
    ? null
    : `No known authority signed the certificate: its issuer is ${formatName(certificate.issuer)}.`
}

function formatName(name: PeerCertificate['subject'] | undefined): string {
  const parts = Object.entries(name ?? {}).map(([key, value]) => `${key}=${[value].flat().join('+')}`)
  return parts.length === 0 ? 'nobody' : parts.join(', ')
}

function formatDay(date: string): string {
  return new Date(Date.parse(date)).toISOString().slice(0, 10)
}
