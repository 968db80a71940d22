import { describe, expect, it } from 'vitest'
import type { LogRow } from '../../shared/contract/logs.ts'
import { PAGE_ROWS, RowPages } from './row-pages.ts'

const rows = (from: number, count: number, message = 'line'): LogRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id: from + index,
    kind: 'line',
    time: '2026-01-01T00:00:00.000000000Z',
    service: 'api',
    container: 'c',
    stream: 'stdout',
    level: null,
    message,
    fields: {},
    extraLines: 0,
    cut: false,
  }))

describe('row pages', () => {
  it('asks for what is missing only, and for no more than a page at once', () => {
    const pages = new RowPages()
    expect(pages.missing({ from: 10, to: 40 })).toEqual({ from: 10, to: 40 })
    pages.put(10, rows(10, 20))
    expect(pages.missing({ from: 10, to: 40 })).toEqual({ from: 30, to: 40 })
    expect(pages.missing({ from: 5, to: 12 })).toEqual({ from: 5, to: 10 })
    expect(pages.missing({ from: 12, to: 30 })).toBeNull()
    expect(pages.missing({ from: 1000, to: 9000 })).toEqual({ from: 1000, to: 1000 + PAGE_ROWS })
  })

  it('knows a row by its place across pages', () => {
    const pages = new RowPages()
    pages.put(PAGE_ROWS - 1, rows(PAGE_ROWS - 1, 2))
    expect(pages.rowAt(PAGE_ROWS - 1)?.id).toBe(PAGE_ROWS - 1)
    expect(pages.rowAt(PAGE_ROWS)?.id).toBe(PAGE_ROWS)
    expect(pages.rowAt(PAGE_ROWS + 1)).toBeNull()
  })

  it('shows stale rows on until they are read again', () => {
    const pages = new RowPages()
    pages.put(0, rows(0, 3, 'before'))
    pages.markStale()
    expect(pages.rowAt(1)?.message).toBe('before')
    expect(pages.missing({ from: 0, to: 3 })).toEqual({ from: 0, to: 3 })
    pages.put(0, rows(0, 1, 'after'))
    expect(pages.rowAt(0)?.message).toBe('after')
    expect(pages.missing({ from: 0, to: 3 })).toEqual({ from: 1, to: 3 })
  })

  it('holds a bounded number of rows however far one scrolls', () => {
    const pages = new RowPages()
    for (let place = 0; place < 1_000_000; place += PAGE_ROWS) pages.put(place, rows(place, 1))
    let held = 0
    for (let place = 0; place < 1_000_000; place += PAGE_ROWS) if (pages.rowAt(place)) held += 1
    expect(held).toBeLessThanOrEqual(60)
    expect(pages.rowAt(1_000_000 - PAGE_ROWS)).not.toBeNull()
  })
})
