import { createCipheriv } from 'node:crypto'

const CHACHA = 'chacha20-poly1305@openssh.com'

function canChacha(): boolean {
  try {
    createCipheriv('chacha20', Buffer.alloc(32), Buffer.alloc(16))
    return true
  } catch {
    return false
  }
}

/**
 * Ciphers to take out of ssh2's list: Electron's BoringSSL lists chacha20 but cannot run it, and a connection that
 * agrees on it dies in the handshake (electron/electron#24024).
 */
export function unusableCiphers(): readonly string[] {
  return canChacha() ? [] : [CHACHA]
}
