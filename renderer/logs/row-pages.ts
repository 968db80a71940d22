import type { LogRow } from '../../shared/contract/logs.ts'

/** Rows asked for at once: a few screens, one message. */
export const PAGE_ROWS = 200
/** Pages kept: some 12,000 rows, a few megabytes, whatever is scrolled through. */
const MAX_PAGES = 60

interface Page {
  /** By place in the page; holes are rows that were not read. */
  readonly rows: (LogRow | undefined)[]
  /** Of which state of the view the rows are; an older one is shown until it is read again. */
  epoch: number
}

/** A stretch of places: from the first up to, not including, the last. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/**
 * The rows near what is looked at, by their place, in a bounded number of pages. Least recently touched pages go
 * first. Belongs to one revision of a view.
 */
export class RowPages {
  readonly #pages = new Map<number, Page>()
  #epoch = 0

  /** Rows were inserted somewhere: what is held is shown on, and read again when it is looked at. */
  markStale(): void {
    this.#epoch += 1
  }

  clear(): void {
    this.#pages.clear()
  }

  rowAt(place: number): LogRow | null {
    return this.#pages.get(Math.floor(place / PAGE_ROWS))?.rows[place % PAGE_ROWS] ?? null
  }

  put(from: number, rows: readonly LogRow[]): void {
    for (const [index, row] of rows.entries()) {
      const place = from + index
      this.#touch(Math.floor(place / PAGE_ROWS)).rows[place % PAGE_ROWS] = row
    }
  }

  /** What is to be read so that every place of the stretch is there and fresh; null when it is. */
  missing({ from, to }: Stretch): Stretch | null {
    let first = from
    while (first < to && this.#isFresh(first)) first += 1
    if (first >= to) return null
    let last = to
    while (last > first && this.#isFresh(last - 1)) last -= 1
    // Never more than a page at once: what is looked at comes first, the rest right after it.
    return { from: first, to: Math.min(last, first + PAGE_ROWS) }
  }

  #isFresh(place: number): boolean {
    const page = this.#pages.get(Math.floor(place / PAGE_ROWS))
    return page !== undefined && page.epoch === this.#epoch && page.rows[place % PAGE_ROWS] !== undefined
  }

  #touch(index: number): Page {
    const known = this.#pages.get(index)
    if (known?.epoch === this.#epoch) {
      this.#pages.delete(index)
      this.#pages.set(index, known)
      return known
    }
    // Of a stale page only what is read again may count as fresh.
    const page: Page = { rows: [], epoch: this.#epoch }
    this.#pages.delete(index)
    this.#pages.set(index, page)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) break
      this.#pages.delete(oldest)
    }
    return page
  }
}
