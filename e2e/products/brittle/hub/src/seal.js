import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** AES-256-GCM with a key made from the secret: what was sealed with one secret can be opened with no other. */
export function createSeal(secret) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'brittle organization ai keys', 32))
  return {
    close(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return { nonce, ciphertext, tag: cipher.getAuthTag() }
    },
    /** The text, or null if it was sealed with another secret, or changed. */
    open({ nonce, ciphertext, tag }) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(tag)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}
