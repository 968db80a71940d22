import { createHash, randomBytes } from 'node:crypto'

/** A link is pasted or clicked at once; one that lies in a terminal's scrollback must be worth nothing. */
export const LINK_LIFETIME_MS = 120_000

const digest = (value: string) => createHash('sha256').update(value).digest('base64url')

/**
 * Who may use the browser entry: whoever opened a link that this process printed. A link works once, within
 * two minutes, and only the newest one; it is exchanged for a session that lasts as long as the process.
 * Only digests are kept, so that looking them up tells nothing by its timing.
 */
export class SignIn {
  readonly #sessions = new Set<string>()
  readonly #now: () => number
  #link: { readonly digest: string; readonly expiresAtMs: number } | null = null

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A fresh token for a link; earlier ones end. */
  createToken(): string {
    const token = randomBytes(32).toString('base64url')
    this.#link = { digest: digest(token), expiresAtMs: this.#now() + LINK_LIFETIME_MS }
    return token
  }

  /** The session that a token buys; null when it is unknown, used or expired. */
  exchange(token: string): string | null {
    const link = this.#link
    if (link === null || digest(token) !== link.digest || this.#now() >= link.expiresAtMs) return null
    this.#link = null
    const session = randomBytes(32).toString('base64url')
    this.#sessions.add(digest(session))
    return session
  }

  isSession(session: string | undefined): boolean {
    return session !== undefined && this.#sessions.has(digest(session))
  }
}
