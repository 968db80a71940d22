import type { DatabaseSync } from 'node:sqlite'
import type { z } from 'zod'
import { seriesSchema } from '../../shared/contract/monitor.ts'
import { decodeSample, encodeSample } from './sample-codec.ts'

/** How fine a sample is: as it was taken, or joined over a minute or an hour. */
export type Tier = 'raw' | 'minute' | 'hour'
const TIERS: Readonly<Record<Tier, number>> = { raw: 0, minute: 1, hour: 2 }

const seriesKeySchema = seriesSchema.pick({ id: true, title: true, unit: true, label: true })
export type SeriesKey = z.infer<typeof seriesKeySchema>

/** The values of one moment, by the numbers of their series. */
export interface Sample {
  readonly atMs: number
  readonly values: ReadonlyMap<number, number>
}

export interface SampleStore {
  /** The series of a stack by their numbers. */
  series(stack: number): Map<number, SeriesKey>
  /** The number of a series, which is made where it is new. After a transaction that failed: `forgetNumbers`. */
  numberOf(stack: number, key: SeriesKey): number
  /** Numbers that were made in a transaction which was rolled back would be given to other series later. */
  forgetNumbers(): void
  add(stack: number, tier: Tier, sample: Sample): void
  /** From `fromMs` on and before `toMs`, oldest first. */
  read(stack: number, tier: Tier, fromMs: number, toMs: number): Sample[]
  /** Forgets what was noted for these times, the last of them included. */
  dropWithin(stack: number, fromMs: number, toMs: number): void
  dropBefore(stack: number, tier: Tier, beforeMs: number): void
}

/** The figures of stacks over time, on this computer. */
export function createSampleStore(database: DatabaseSync): SampleStore {
  const selectSeries = database.prepare('SELECT number, key FROM sample_series WHERE stack = ? ORDER BY number')
  const insertSeries = database.prepare('INSERT INTO sample_series (stack, number, key) VALUES (?, ?, ?)')
  const insert = database.prepare('INSERT OR REPLACE INTO sample (stack, tier, at_ms, data) VALUES (?, ?, ?, ?)')
  const select = database.prepare(
    'SELECT at_ms, data FROM sample WHERE stack = ? AND tier = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms',
  )
  const dropWithin = database.prepare('DELETE FROM sample WHERE stack = ? AND tier = ? AND at_ms >= ? AND at_ms <= ?')
  const dropBefore = database.prepare('DELETE FROM sample WHERE stack = ? AND tier = ? AND at_ms < ?')
  const known = new Map<number, { readonly keys: Map<number, SeriesKey>; readonly numbers: Map<string, number> }>()

  function load(stack: number) {
    const found = known.get(stack)
    if (found !== undefined) return found
    const rows = selectSeries.all(stack).map((row) => {
      return [Number(row.number), seriesKeySchema.parse(JSON.parse(String(row.key)))] as const
    })
    const entry = { keys: new Map(rows), numbers: new Map(rows.map(([number, key]) => [nameOf(key), number])) }
    known.set(stack, entry)
    return entry
  }

  return {
    series: (stack) => new Map(load(stack).keys),
    numberOf: (stack, key) => {
      const { keys, numbers } = load(stack)
      const found = numbers.get(nameOf(key))
      if (found !== undefined) return found
      const number = Math.max(0, ...keys.keys()) + 1
      insertSeries.run(stack, number, JSON.stringify(key))
      keys.set(number, key)
      numbers.set(nameOf(key), number)
      return number
    },
    forgetNumbers: () => known.clear(),
    add: (stack, tier, { atMs, values }) => {
      insert.run(stack, TIERS[tier], Math.round(atMs), encodeSample(values))
    },
    read: (stack, tier, fromMs, toMs) =>
      select.all(stack, TIERS[tier], Math.round(fromMs), Math.round(toMs)).map((row) => ({
        atMs: Number(row.at_ms),
        values: decodeSample(row.data as Uint8Array),
      })),
    dropWithin: (stack, fromMs, toMs) => {
      for (const tier of Object.values(TIERS)) dropWithin.run(stack, tier, Math.round(fromMs), Math.round(toMs))
    },
    dropBefore: (stack, tier, beforeMs) => {
      dropBefore.run(stack, TIERS[tier], Math.round(beforeMs))
    },
  }
}

function nameOf({ id, label }: SeriesKey): string {
  return `${id} ${label}`
}
