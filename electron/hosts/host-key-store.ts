import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SlipwayError } from '../../shared/errors.ts'
import {
  fingerprintOf,
  formatKnownHost,
  judgeHostKey,
  type KnownHostEntry,
  keyTypeOf,
  parseKnownHosts,
} from './known-hosts.ts'

/** The known_hosts files that decide: the user's and the system's, which Slipway only reads, and its own. */
export class HostKeyStore {
  readonly #readOnlyFiles: readonly string[]
  readonly #ownFile: string

  constructor(readOnlyFiles: readonly string[], ownFile: string) {
    this.#readOnlyFiles = readOnlyFiles
    this.#ownFile = ownFile
  }

  /** Read anew for every connection: the user may have corrected a file meanwhile. */
  async entries(): Promise<KnownHostEntry[]> {
    const files = [...this.#readOnlyFiles, this.#ownFile]
    const texts = await Promise.all(files.map(readOrEmpty))
    return texts.flatMap((text, index) => parseKnownHosts(text, files[index] as string))
  }

  /** Records a key that a person has confirmed. */
  async trust(hostname: string, port: number, blob: Buffer): Promise<void> {
    await mkdir(dirname(this.#ownFile), { recursive: true, mode: 0o700 })
    await appendFile(this.#ownFile, formatKnownHost(hostname, port, blob), { mode: 0o600 })
  }
}

/** A file that is not there knows nobody. One that cannot be read may know that the key is a wrong one. */
async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new SlipwayError('host.config-invalid', `The list of known host keys, ${file}, cannot be read.`, {
      state: 'No connection was made.',
      hint: 'Make it readable: without it Slipway cannot tell whether a host is the one it was.',
      cause: error,
    })
  }
}

export type HostKeyDecision =
  | { readonly kind: 'accept' }
  | { readonly kind: 'ask'; readonly blob: Buffer }
  | { readonly kind: 'refuse'; readonly error: SlipwayError }

/** What to do with a key that a server has shown, before anything else is said to it. */
export function decideHostKey(
  entries: readonly KnownHostEntry[],
  hop: { readonly hostname: string; readonly port: number },
  blob: Buffer,
): HostKeyDecision {
  const address = `${hop.hostname}:${hop.port}`
  const verdict = judgeHostKey(entries, hop.hostname, hop.port, blob)
  switch (verdict.kind) {
    case 'known':
      return { kind: 'accept' }
    case 'unknown': {
      const { certificateAuthority } = verdict
      if (certificateAuthority === null) return { kind: 'ask', blob }
      return { kind: 'refuse', error: unverifiable(address, certificateAuthority, blob) }
    }
    case 'revoked':
      return {
        kind: 'refuse',
        error: new SlipwayError('host.key-revoked', `${address} shows a host key that has been revoked.`, {
          state: 'Slipway did not sign in and sent no password.',
          hint: `The key is marked @revoked in ${verdict.entry.file}, line ${verdict.entry.line}. Do not connect until the host has a new key.`,
          details: { fingerprint: fingerprintOf(blob) },
        }),
      }
    case 'changed':
      return {
        kind: 'refuse',
        error: new SlipwayError('host.key-changed', `${address} shows another host key than the one that is known.`, {
          state: 'Slipway did not sign in and sent no password.',
          hint:
            'Either the machine was reinstalled, or somebody answers in its place. Ask whoever runs it and compare the ' +
            `fingerprints. Only if the change is right, remove line ${verdict.known.line} of ${verdict.known.file} and connect again.`,
          details: {
            'known key': `${verdict.known.keyType} ${fingerprintOf(Buffer.from(verdict.known.key, 'base64'))}`,
            'shown key': fingerprintOf(blob),
            'known from': `${verdict.known.file}, line ${verdict.known.line}`,
          },
        }),
      }
  }
}

/** Asking "is this fingerprint right?" would quietly replace the check that the file asks for by a weaker one. */
function unverifiable(address: string, authority: KnownHostEntry, blob: Buffer): SlipwayError {
  const message = `The host key of ${address} is vouched for by a certificate authority only, which Slipway cannot check.`
  return new SlipwayError('host.key-unknown', message, {
    state: 'Slipway did not sign in and sent no password.',
    hint:
      `${authority.file}, line ${authority.line}, names the authority. Compare the fingerprint with whoever runs the ` +
      `host, and add its plain key to ${authority.file}.`,
    details: { fingerprint: fingerprintOf(blob), 'key type': keyTypeOf(blob) },
  })
}
