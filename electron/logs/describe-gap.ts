import type { LogEvent } from './log-batch.ts'

const NS_PER_MS = 1_000_000n

/** A gap in words: what may be missing, between when, and why. */
export function describeGap({ after, before, reason }: LogEvent & { readonly kind: 'gap' }): string {
  const times = [after === null ? '' : `after ${clock(after)}`, before === null ? '' : `before ${clock(before)}`]
  const when = times.filter((time) => time !== '').join(' and ')
  return `Lines may be missing here${when === '' ? '' : `, ${when}`}: ${reason}`
}

function clock(ns: bigint): string {
  return `${new Date(Number(ns / NS_PER_MS)).toISOString().slice(0, -1).replace('T', ' ')} UTC`
}
