const two = (value: number) => String(value).padStart(2, '0')

/** Days are said only where the lines are of more than one: `14:02:07.123` or `11-20 14:02:07.123`, local time. */
export function formatLineTime(iso: string, withDay: boolean): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  const exact = `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
  return withDay ? `${two(date.getMonth() + 1)}-${two(date.getDate())} ${exact}` : exact
}

/** Whether two moments are on different days here. */
export function spansDays(oldest: string | null, newest: string | null): boolean {
  if (oldest === null || newest === null) return false
  return new Date(oldest).toDateString() !== new Date(newest).toDateString()
}

/** `14:02:07` of a time in milliseconds, local, with the day where it matters. */
export function formatBucketTime(ms: number, withDay: boolean): string {
  return formatLineTime(new Date(ms).toISOString(), withDay).slice(0, -4)
}

/** For a `datetime-local` field: `2026-11-21T14:02:07` in local time; empty for null. */
export function toLocalField(iso: string | null): string {
  if (iso === null) return ''
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** What a `datetime-local` field says, as ISO 8601; null for an empty or half-filled one. */
export function fromLocalField(value: string): string | null {
  const date = new Date(value)
  return value === '' || Number.isNaN(date.getTime()) ? null : date.toISOString()
}
