import { createHash } from 'node:crypto'

/** What PostgreSQL and S3 allow. The one cuts longer names off, and then two of them may be one; the other refuses them. */
const MAX_NAME_BYTES = 63
/** Of the hash of a name that was cut. */
const HASH_LENGTH = 6

/**
 * A name with a suffix, in at most 63 bytes. Of a name that is too long the beginning stays, and after `separator` a
 * hash of all of it: long names often differ only in their ends, and must not become one.
 */
export function appendToName(name: string, suffix: string, separator: '~' | '-'): string {
  if (Buffer.byteLength(name + suffix) <= MAX_NAME_BYTES) return name + suffix
  const end = `${separator}${createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH)}${suffix}`
  let head = name
  while (Buffer.byteLength(head + end) > MAX_NAME_BYTES && head !== '') head = [...head].slice(0, -1).join('')
  return head + end
}
