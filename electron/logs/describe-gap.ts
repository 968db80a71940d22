import type { LogEvent } from './log-batch.ts'
import type { LogNote } from './store/messages.ts'

const NS_PER_MS = 1_000_000n

/** A gap as a row: what is missing, between when, and why. */
export function describeGap({
  after,
  before,
  reason,
  skippedLines,
}: LogEvent & { readonly kind: 'gap' }): Pick<LogNote, 'kind' | 'message' | 'timeNs'> {
  const timeNs = before ?? after
  if (skippedLines !== undefined) return { kind: 'skipped', message: reason, timeNs }
  const times = [after === null ? '' : `after ${clock(after)}`, before === null ? '' : `before ${clock(before)}`]
  const when = times.filter((time) => time !== '').join(' and ')
  return { kind: 'gap', message: `Lines may be missing here${when === '' ? '' : `, ${when}`}: ${reason}`, timeNs }
}

function clock(ns: bigint): string {
  return `${new Date(Number(ns / NS_PER_MS)).toISOString().slice(0, -1).replace('T', ' ')} UTC`
}
