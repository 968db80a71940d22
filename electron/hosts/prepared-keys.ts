import { createSecretKey } from 'node:crypto'
import type { Client } from 'ssh2'

/** What of ssh2's insides is touched; any of it may be missing in another version, which then is slower and still right. */
interface Insides {
  readonly _protocol?: {
    readonly _cipher?: { _encKey?: unknown }
    readonly _decipher?: { _decipherKey?: unknown }
  }
}

/**
 * Hands ssh2's AES-GCM ready-made keys. Without its native addon ssh2 makes a cipher for every packet, from the key's
 * bytes, and Node spends more on turning bytes into a key than on encrypting a packet. To be called on each handshake:
 * a new exchange of keys makes new ciphers.
 */
export function prepareKeys(client: Client): void {
  const { _cipher: cipher, _decipher: decipher } = (client as Insides)._protocol ?? {}
  if (Buffer.isBuffer(cipher?._encKey)) cipher._encKey = createSecretKey(cipher._encKey)
  if (Buffer.isBuffer(decipher?._decipherKey)) decipher._decipherKey = createSecretKey(decipher._decipherKey)
}
