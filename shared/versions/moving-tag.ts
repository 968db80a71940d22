import { parseTag } from './version.ts'

/** Enough of a commit's hash to name it; shorter ones could be words. */
const COMMIT = /(^|[-_.])(sha[-_]?)?(?=[0-9a-f]*\d)[0-9a-f]{7,64}$/i
const DATE = /(^|\D)(19|20)\d{2}-?\d{2}-?\d{2}(\D|$)/
/** Three or more numbers: a patch release, whatever surrounds it (`v1.4.2`, `16.8.1-alpine`, `1.2.3.4`). */
const FULL_NUMBER = /\d+\.\d+\.\d+/

/**
 * Whether a tag means another image tomorrow: `latest`, `0.10`, `main`, `stable`, `16-alpine`, and no tag at all.
 * A full version, a commit's hash or a date stays what it is, as far as anybody can tell from the words.
 */
export function isMovingTag(tag: string | null, prefix = ''): boolean {
  if (tag === null || tag === '') return true
  if (parseTag(tag, prefix) !== null) return false
  return !(FULL_NUMBER.test(tag) || DATE.test(tag) || COMMIT.test(tag))
}
