import { expect, it } from 'vitest'
import { parseDumpCounts } from './dump-counts.ts'

const report = (...lines: string[]) => lines.map((line) => line.replaceAll('|', '\t')).join('\n')

it('names the rows of each table as the catalogue names the table', () => {
  const text = report(
    'pg_restore: warning: something',
    'slipway|copied|2|COPY public.entries (id, note) FROM stdin;',
    'slipway|copied|0|COPY public.bare  FROM stdin;',
    'slipway|copied|7|COPY "Odd ""names"""."a (b)" ("c d") FROM stdin;',
    'slipway|copied-objects|3',
    'slipway|read|0',
  )
  expect(parseDumpCounts(text)).toEqual({
    tables: { 'public.entries': 2, 'public.bare': 0, '"Odd ""names"""."a (b)"': 7 },
    largeObjects: 3,
    isWhole: true,
  })
})

it('is not whole when pg_restore failed, or never said how it ended', () => {
  const row = 'slipway|copied|2|COPY public.entries (id) FROM stdin;'
  expect(parseDumpCounts(report(row, 'slipway|read|1', 'slipway|copied-objects|0')).isWhole).toBe(false)
  expect(parseDumpCounts(report(row)).isWhole).toBe(false)
})
