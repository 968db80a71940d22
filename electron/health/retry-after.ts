import type { HttpAnswer } from '../../shared/runbook/judge.ts'

/** A server that asks for a week is asked again all the same. */
const MAX_SECONDS = 3600

/**
 * How many seconds a server asks to be left alone (RFC 9110, 10.2.3): a number, or a date, which is held against the
 * server's own clock where it tells the time. Null where it does not ask, or not in a form that anybody can read.
 */
export function readRetryAfter({ headers }: Pick<HttpAnswer, 'headers'>, nowMs: number): number | null {
  const value = headers['retry-after']?.trim()
  if (value === undefined || value === '') return null
  if (/^\d+$/.test(value)) return Math.min(Number(value), MAX_SECONDS)
  // All three forms of a date begin with the day of the week; JavaScript would read a date into almost anything.
  const at = /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) return null
  const serverNow = Date.parse(headers.date ?? '')
  const seconds = Math.ceil((at - (Number.isNaN(serverNow) ? nowMs : serverNow)) / 1000)
  return Math.min(Math.max(seconds, 0), MAX_SECONDS)
}
