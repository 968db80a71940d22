import { expect, it } from 'vitest'
import { logFilterSchema } from '../../../shared/contract/logs.ts'
import { HOSTILE_LINES } from '../../../shared/logs/hostile-lines.ts'
import { isLinear } from '../../../shared/test-growth.ts'
import { ExportRun } from './export-run.ts'
import { LogStore } from './log-store.ts'
import { sampleBatch } from './sample-batch.ts'

const T0 = Date.parse('2026-11-21T20:00:00Z')
const NEXT = '{"level":40,"time":1795291200123,"msg":"the next line","requestId":"r1"}'
const SECRETS = ['hunter2hunter2']

/** Their level and message stand further right than a line is read for its row: it says that it is cut. */
const LATE = new Set(['a deep value before the level', '50,000 keys', 'a progress bar of 10 MB'])

/** All the way that a line goes: joined, stored, filtered, masked, and read as a row, in its details and for a file. */
function pass(text: string) {
  const store = new LogStore({ limitBytes: 64 * 1024 * 1024 })
  store.configure({ services: { web: { format: 'auto', keys: {}, fields: ['requestId'] } }, secrets: SECRETS })
  const view = store.openView('v', logFilterSchema.parse({}))
  store.take(
    sampleBatch('web', [
      [T0, text],
      [T0 + 6_000, NEXT],
    ]),
  )
  store.flush({ all: true })
  const refs = [...view.copy()]
  const exported = (['ndjson', 'text'] as const).map((format) => {
    const run = new ExportRun(store, view.copy(), format)
    let file = ''
    for (let piece = run.next(); piece !== ''; piece = run.next()) file += piece
    return file
  })
  return {
    rows: refs.map((ref) => store.reader.row(ref)),
    details: refs.map((ref) => store.reader.detail(ref)),
    exported,
  }
}

it.each(HOSTILE_LINES)('a hostile line is a row, has details and is exported: %s', (name, text, own, shown) => {
  const isLate = LATE.has(name)
  const level = isLate ? null : own
  const { rows, details, exported } = pass(text)
  expect(rows).toHaveLength(2)
  expect(rows[0]?.level).toBe(level)
  if (isLate) expect(rows[0]?.cut).toBe(true)
  else expect(rows[0]?.message.slice(0, 500)).toContain(shown)
  expect(details[0]?.sizeBytes).toBe(Buffer.byteLength(text))
  expect(rows[1]).toMatchObject({ level: 'warn', message: 'the next line', fields: { requestId: 'r1' }, extraLines: 0 })
  const [ndjson = '', plain = ''] = exported
  expect(ndjson.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))).toMatchObject([
    { level },
    { message: 'the next line' },
  ])
  expect(plain).toContain(` web | ${NEXT}\n`)
})

it.each(HOSTILE_LINES)('a hostile line that is longer takes no more than in proportion: %s', (_name, text) => {
  const unit = text === '' ? ' ' : text
  expect(isLinear((length) => pass(unit.repeat(Math.ceil(length / unit.length)).slice(0, length)), 32_768)).toBe(true)
})
