import type { Range, Uptime } from '../../shared/contract/monitor.ts'

/** A range as people say it. */
export const RANGE_WORDS: Record<Range, string> = {
  '1h': '1 hour',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '1y': '1 year',
}

/**
 * `99.98 %`, cut and never rounded up: 100 % is said only of all, and 0 % only of nothing.
 */
export function formatShare(share: number): string {
  if (share >= 1) return '100 %'
  if (share <= 0) return '0 %'
  if (share < 0.0001) return '< 0.01 %'
  return `${(Math.floor(share * 10_000 + 1e-6) / 100).toFixed(2)} %`
}

/** `61 %` of the time: how much was observed at all; cut as well, because it says how far a figure can be trusted. */
export function formatObserved(share: number): string {
  if (share >= 1) return '100 %'
  if (share <= 0) return '0 %'
  if (share < 0.01) return '< 1 %'
  return `${Math.floor(share * 100 + 1e-6)} %`
}

/** The sentence under an uptime: what the figure is a share of. */
export function observedSentence({ up, observed }: Uptime): string {
  if (observed <= 0) return 'not observed'
  if (up === null) return `only maintenance in the ${formatObserved(observed)} observed`
  return `of the ${formatObserved(observed)} observed`
}
