/** What the address of the logs can say: which lines, and where to begin. */
export interface LogLink {
  /** A moment to go to, ISO 8601. */
  readonly at?: string
  /** Services, separated by commas. */
  readonly service?: string
  /** Levels, separated by commas; `none` for lines without one. */
  readonly level?: string
  readonly text?: string
}

const KEYS = ['at', 'service', 'level', 'text'] as const

/** Reads an address's search; what is no text is left out. */
export function parseLogLink(search: Readonly<Record<string, unknown>>): LogLink {
  const entries = KEYS.flatMap((key) => {
    const value = search[key]
    // The router reads digits as a number: text to look for, as any other.
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    return typeof text === 'string' && text !== '' ? [[key, text] as const] : []
  })
  return Object.fromEntries(entries)
}
