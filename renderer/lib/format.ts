/** Characters of a digest that people compare by eye. */
const DIGEST_CHARACTERS = 12

/** `0.4 %`, `38 %`: a decimal only where it says something. */
export function formatPercent(percent: number): string {
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`
}

/** `12 ms`, `1.8 s`, `14 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.floor(seconds) % 60, 's'],
  ]
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

/** `14 s`, `3 min`, `2 h`, `4 d`: the largest unit only, for columns. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** `just now`, `3 min ago`, `in 12 s`. */
export function formatRelative(iso: string, nowMs: number): string {
  const differenceMs = nowMs - Date.parse(iso)
  if (Number.isNaN(differenceMs)) return iso
  if (Math.abs(differenceMs) < 5000) return 'just now'
  return differenceMs > 0 ? `${formatAge(differenceMs)} ago` : `in ${formatAge(-differenceMs)}`
}

/** The exact moment in the reader's own zone, with the zone named. */
export function formatExact(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  return date.toLocaleString(undefined, {
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  })
}

/** `3 Oct 2026` in the reader's own zone. */
export function formatDay(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  return date.toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' })
}

/** `14:02:07` in the reader's own zone. */
export function formatClock(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleTimeString(undefined, { hour12: false })
}

/** Twelve characters of the hash: `sha256:4f1a…` becomes `4f1a09b3c2d1`. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, DIGEST_CHARACTERS)
}

/** Keeps both ends, where names differ: `registry.example.org/…/error-tracker`. */
export function truncateMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text
  const tail = Math.floor((limit - 1) / 2)
  return `${text.slice(0, limit - 1 - tail)}…${text.slice(text.length - tail)}`
}

export { count } from '../../shared/count.ts'
export { formatBytes, formatMemory } from '../../shared/format-bytes.ts'
