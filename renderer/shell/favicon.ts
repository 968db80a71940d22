import type { Observed } from '../../shared/contract/monitor.ts'

const MARK =
  '<path d="M3 20h26l-4 7H8z" fill="#4b7be8"/><path d="M5 17 27 5.5" stroke="#4b7be8" stroke-width="3.4" stroke-linecap="round"/>'

/** Shape and colour say the same, at sixteen pixels. */
const BADGES: Partial<Record<Observed, string>> = {
  down: '<circle cx="23" cy="9" r="9" fill="#c5352f"/><path d="M19.5 5.5l7 7m0-7l-7 7" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>',
  degraded:
    '<path d="M23 0l9.5 17h-19z" fill="#c97a00"/><path d="M23 6v5" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><circle cx="23" cy="14" r="1.4" fill="#fff"/>',
  unknown:
    '<rect x="14" y="0" width="18" height="18" rx="4" fill="#6a3fa0"/><path d="M20.5 6.2a2.6 2.6 0 1 1 3.6 2.9c-.8.4-1.1.9-1.1 2" stroke="#fff" stroke-width="2.2" fill="none" stroke-linecap="round"/><circle cx="23" cy="14.4" r="1.4" fill="#fff"/>',
}

/** The tab's icon as an address: the mark, with a badge for trouble. */
export function faviconAddress(trouble: Observed | null): string {
  const badge = trouble === null ? '' : (BADGES[trouble] ?? '')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${MARK}${badge}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
