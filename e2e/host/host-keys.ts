import { createHash } from 'node:crypto'

/** A public host key, and its fingerprint as OpenSSH prints it (`SHA256:…`). */
export type HostKey = { readonly type: string; readonly publicKey: string; readonly fingerprint: string }

/** Reads public keys as `cat /etc/ssh/*.pub` prints them. */
export function parseHostKeys(text: string): HostKey[] {
  return text.split('\n').flatMap((line) => {
    const [type, base64] = line.split(' ')
    return type && base64 ? [{ type, publicKey: base64, fingerprint: fingerprint(base64) }] : []
  })
}

/** The lines of a known_hosts file for a server at that address. */
export function formatKnownHosts(host: string, port: number, keys: readonly HostKey[]): string {
  const pattern = port === 22 ? host : `[${host}]:${port}`
  return keys.map((key) => `${pattern} ${key.type} ${key.publicKey}\n`).join('')
}

function fingerprint(base64: string): string {
  return `SHA256:${createHash('sha256').update(base64, 'base64').digest('base64').replace(/=+$/, '')}`
}
