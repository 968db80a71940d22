import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const ivBytes = 12
const tagBytes = 16

/** Encrypts credentials with the active key: `v1:<key id>:<iv, tag and ciphertext in base64>`. */
export function seal(plaintext, { active, keys }) {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', keys.get(active), iv)
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return `v1:${active}:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`
}

/** The plaintext; throws when the key is not known, is another one, or the blob was changed. */
export function unseal(blob, { keys }) {
  const [version, kid, text = ''] = blob.split(':')
  const key = keys.get(kid)
  if (version !== 'v1' || key === undefined) throw new Error(`No encryption key ${kid}`)
  const bytes = Buffer.from(text, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
}

/** A token that carries `payload`, signed with the first key of the ring. */
export function sign(payload, [key]) {
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url')
  return `${body}.${mac(body, key)}`
}

/** The payload of a token that any key of the ring signed and that has not expired; else undefined. */
export function verify(token, keys) {
  const [body = '', signature = ''] = token.split('.')
  if (!keys.some((key) => equal(mac(body, key), signature))) return undefined
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString())
  return payload.expires > Date.now() ? payload : undefined
}

export function mac(text, key) {
  return createHmac('sha256', key).update(text).digest('base64url')
}

export function sha256(data) {
  return createHash('sha256').update(data).digest('hex')
}

/** An id or secret that cannot be guessed: `run_…`. */
export function randomId(prefix, bytes = 12) {
  return `${prefix}_${randomBytes(bytes).toString('hex')}`
}

function equal(a, b) {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
