import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MIGRATIONS } from '../../storage/migrations.ts'
import { createSampleStore } from '../../storage/stored-samples.ts'
import { createTimelineStore } from '../../storage/stored-timelines.ts'
import type { Stores } from './roll-up.ts'
import { saveTogether } from './save-together.ts'
import { UnsavedNotes } from './unsaved-notes.ts'

let database: DatabaseSync
let stores: Stores

beforeEach(() => {
  database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  for (const step of MIGRATIONS) database.exec(step)
  stores = { timelines: createTimelineStore(database), samples: createSampleStore(database) }
})
afterEach(() => database.close())

const figure = (id: string, value: number) => ({
  key: { id, title: id, unit: 'percent' as const, label: 'web' },
  value,
})
const broken = {
  save: () => {
    throw new Error('The disk is full.')
  },
  saved: () => {},
}

/** What is stored, read as after a new start of the app. */
function stored(stack: number): string[] {
  const samples = createSampleStore(database)
  const series = samples.series(stack)
  return samples
    .read(stack, 'raw', 0, 1000)
    .flatMap(({ atMs, values }) => [...values].map(([number, value]) => `${atMs}: ${series.get(number)?.id} ${value}`))
}

test('after a write that failed the next one has all of it, each figure under its own name', () => {
  const stack = stores.timelines.open({ hostId: 'h', project: 'p' })
  const notes = new UnsavedNotes(stores, stack)
  notes.addFigures(1, [figure('cpu', 10)])
  notes.addMarks([{ kind: 'restart', id: 'r', title: 'web', fromMs: 1, toMs: null }])
  expect(() => saveTogether(stores, [notes, broken])).toThrow('full')
  expect(stored(stack.number)).toEqual([])
  // The number that the first series had been given is free again, and goes to whoever comes first.
  stores.samples.numberOf(stack.number, figure('disk-free', 0).key)
  notes.addFigures(2, [figure('cpu', 20), figure('memory', 30)])
  saveTogether(stores, [notes])
  saveTogether(stores, [notes])
  expect(stored(stack.number)).toEqual(['1: cpu 10', '2: cpu 20', '2: memory 30'])
  expect(stores.timelines.marks(stack.number, 0, 10)).toHaveLength(1)
})

test('a name that was found while the clock was wrong is kept, and what bears its time is not', () => {
  const stack = stores.timelines.open({ hostId: 'h', project: 'p' })
  const notes = new UnsavedNotes(stores, stack)
  notes.addFigures(1, [figure('cpu', 10)])
  notes.setFacts({ name: 'Shop', version: '1.2.3', diskPath: '' })
  notes.discard()
  saveTogether(stores, [notes])
  expect(stored(stack.number)).toEqual([])
  expect(stores.timelines.find(stack.ref)?.facts.name).toBe('Shop')
})

test('a disk that stays full does not fill the memory too', () => {
  const stack = stores.timelines.open({ hostId: 'h', project: 'p' })
  const notes = new UnsavedNotes(stores, stack)
  for (let at = 1; at <= 1500; at++) notes.addFigures(at, [figure('cpu', at)])
  saveTogether(stores, [notes])
  const kept = stores.samples.read(stack.number, 'raw', 0, 5000)
  expect([kept.length, kept[0]?.atMs, kept.at(-1)?.atMs]).toEqual([1000, 501, 1500])
})
