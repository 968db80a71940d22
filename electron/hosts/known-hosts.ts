import { createHash, createHmac } from 'node:crypto'

/** One usable line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHostEntry {
  readonly file: string
  readonly line: number
  readonly marker: 'cert-authority' | 'revoked' | null
  /** Patterns as written, or one hashed name. */
  readonly hosts: string
  readonly keyType: string
  /** Base64 of the key blob. */
  readonly key: string
}

/** Comments and malformed lines are passed over: a broken line must not hide the good ones. */
export function parseKnownHosts(text: string, file: string): KnownHostEntry[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const fields = content.trim().split(/\s+/)
    if (fields[0] === undefined || fields[0] === '' || fields[0].startsWith('#')) return []
    const marker = fields[0] === '@revoked' ? 'revoked' : fields[0] === '@cert-authority' ? 'cert-authority' : null
    if (fields[0].startsWith('@') && marker === null) return []
    const [hosts, keyType, key] = marker === null ? fields : fields.slice(1)
    if (hosts === undefined || keyType === undefined || key === undefined) return []
    if (!/^[A-Za-z0-9+/]+=*$/.test(key)) return []
    return [{ file, line: index + 1, marker, hosts, keyType, key }]
  })
}

/** The name under which known_hosts keeps a host: bare for port 22, `[host]:port` otherwise. */
export function knownHostName(hostname: string, port: number): string {
  const name = hostname.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|')
  if (version !== '1' || salt === undefined || hash === undefined) return false
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name)
  const patterns = hosts.split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, name))
}

/** Key type (`ssh-ed25519`) that a key blob names in its first field. */
export function keyTypeOf(blob: Buffer): string {
  const length = blob.readUInt32BE(0)
  return blob.subarray(4, 4 + length).toString('ascii')
}

/** `SHA256:…` without padding, as ssh-keygen prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

export type HostKeyVerdict =
  | { readonly kind: 'known' }
  /** `certificateAuthority`: the host is only known through a CA, which Slipway cannot verify. */
  | { readonly kind: 'unknown'; readonly certificateAuthority: KnownHostEntry | null }
  | { readonly kind: 'changed'; readonly known: KnownHostEntry }
  | { readonly kind: 'revoked'; readonly entry: KnownHostEntry }

/** What the files say of a key that a host has shown. Revocation wins over everything. */
export function judgeHostKey(
  entries: readonly KnownHostEntry[],
  hostname: string,
  port: number,
  blob: Buffer,
): HostKeyVerdict {
  const name = knownHostName(hostname, port)
  const key = blob.toString('base64')
  const relevant = entries.filter((entry) => matchesHosts(entry.hosts, name))
  const revoked = relevant.find((entry) => entry.marker === 'revoked' && entry.key === key)
  if (revoked) return { kind: 'revoked', entry: revoked }
  const plain = relevant.filter((entry) => entry.marker === null)
  if (plain.some((entry) => entry.key === key)) return { kind: 'known' }
  // A key of another type says nothing about this one, unless it is all that is known: then the host has changed.
  const known = plain.find((entry) => entry.keyType === keyTypeOf(blob)) ?? plain[0]
  if (known) return { kind: 'changed', known }
  return { kind: 'unknown', certificateAuthority: relevant.find((entry) => entry.marker === 'cert-authority') ?? null }
}

const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
}

/** `supported` with the algorithms first for which a key is known, so that a host is not asked for an unknown key. */
export function orderHostKeyAlgorithms(
  entries: readonly KnownHostEntry[],
  hostname: string,
  port: number,
  supported: readonly string[],
): string[] {
  const name = knownHostName(hostname, port)
  const types = entries
    .filter((entry) => entry.marker === null && matchesHosts(entry.hosts, name))
    .flatMap((entry) => SIGNATURES[entry.keyType] ?? [entry.keyType])
  return [...new Set([...types.filter((type) => supported.includes(type)), ...supported])]
}

/** A line for Slipway's own known_hosts file. */
export function formatKnownHost(hostname: string, port: number, blob: Buffer): string {
  return `${knownHostName(hostname, port)} ${keyTypeOf(blob)} ${blob.toString('base64')}\n`
}
