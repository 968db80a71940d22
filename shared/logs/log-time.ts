const STAMP =
  /^\s{0,4}(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?![\w:]))?/

/** Seconds, milli-, micro- or nanoseconds since 1970, told by how large the number is. */
export function timeOfNumber(value: number): number | null {
  const size = Math.abs(value)
  if (!(size >= 1e8 && size < 1e20)) return null
  if (size < 1e11) return Math.round(value * 1000)
  if (size < 1e14) return Math.round(value)
  if (size < 1e17) return Math.round(value / 1000)
  return Math.round(value / 1e6)
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + (Number(zone.slice(3).replace(':', '')) || 0)
  return zone.startsWith('-') ? -minutes : minutes
}

/**
 * The date and time that a text begins with, and where it ends. A time without a zone counts as UTC: that is what
 * containers run in.
 */
export function readStamp(text: string): { timeMs: number; end: number } | null {
  const match = STAMP.exec(text)
  if (match === null) return null
  const [whole, year, month, day, hour, minute, second, fraction = '', zone] = match
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const timeMs = date + Number(fraction.padEnd(3, '0').slice(0, 3)) - zoneMinutes(zone) * 60_000
  return Number.isNaN(timeMs) ? null : { timeMs, end: whole.length }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `21/Nov/2026:20:15:33 +0000` (web servers) and `21 Nov 2026 20:15:33.123` (Redis). */
export function timeOfNamedMonth(text: string): number | null {
  const match = /^(\d{1,2})[/ ]([A-Z][a-z]{2})[/ ](\d{4})[: ](\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?(?: ([+-]\d{4}))?/.exec(
    text,
  )
  const month = MONTHS.indexOf(match?.[2] ?? '')
  if (match === null || month === -1) return null
  const [, day, , year, hour, minute, second, millis = '0', zone] = match
  const date = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second), Number(millis))
  return date - zoneMinutes(zone) * 60_000
}

/** The time that a field tells: a number, a number in a text, or a date. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return timeOfNumber(value)
  if (typeof value !== 'string' || value.length > 64) return null
  if (/^-?\d+(\.\d+)?$/.test(value)) return timeOfNumber(Number(value))
  return readStamp(value)?.timeMs ?? timeOfNamedMonth(value)
}
