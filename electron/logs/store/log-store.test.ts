import { beforeEach, describe, expect, test } from 'vitest'
import { type LogFilter, logFilterSchema } from '../../../shared/contract/logs.ts'
import { MASK } from '../../../shared/operations/mask.ts'
import { fromIso, isEarlier } from './engine-time.ts'
import { ExportRun } from './export-run.ts'
import { LogStore } from './log-store.ts'
import type { RuleHit } from './messages.ts'
import { RuleWatch } from './rule-watch.ts'
import { sampleBatch } from './sample-batch.ts'
import type { View } from './view.ts'

const T0 = Date.parse('2026-11-21T20:00:00Z')
const ALL = logFilterSchema.parse({})
let store: LogStore

beforeEach(() => {
  store = new LogStore({ limitBytes: 1024 * 1024 })
})

function add(service: string, lines: readonly (readonly [number, string])[]): void {
  store.take(
    sampleBatch(
      service,
      lines.map(([ms, text]) => [T0 + ms, text]),
    ),
  )
  store.flush({ all: true })
}

const filtered = (filter: Partial<LogFilter>) => logFilterSchema.parse(filter)

function open(filter: Partial<LogFilter> = {}): View {
  const view = store.openView('v', filtered(filter))
  while (view.run(Number.POSITIVE_INFINITY));
  return view
}

function rowsOf(view: View) {
  return Array.from({ length: view.count }, (_, index) => store.reader.row(view.at(view.firstPlace + index) as number))
}

const messages = (view: View) => rowsOf(view).map(({ message }) => message)

describe('the order', () => {
  test('is that of time over all containers, also for lines that come late', () => {
    const view = open()
    add('web', [
      [1, 'a'],
      [5, 'c'],
    ])
    expect(view.reordered).toBe(0)
    add('db', [
      [3, 'b'],
      [9, 'd'],
    ])
    expect(messages(view)).toEqual(['a', 'b', 'c', 'd'])
    expect(view.reordered).toBe(1)
    add('web', [
      [9, 'e'],
      [9.001, 'f'],
    ])
    expect(messages(view)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(view.reordered).toBe(1)
  })

  test('of what comes together does not depend on who came first', () => {
    store.take(
      sampleBatch('web', [
        [T0 + 2, 'b'],
        [T0 + 4, 'd'],
      ]),
    )
    store.take(
      sampleBatch('db', [
        [T0 + 1, 'a'],
        [T0 + 3, 'c'],
      ]),
    )
    store.flush({ all: true })
    expect(messages(open())).toEqual(['a', 'b', 'c', 'd'])
  })

  test('keeps the nanoseconds', () => {
    const batch = sampleBatch('web', [[T0, 'a']])
    batch.times[0] = 1_795_291_200_123_456_789n
    store.take(batch)
    store.flush({ all: true })
    expect(rowsOf(open())[0]?.time).toBe('2026-11-21T20:00:00.123456789Z')
  })
})

describe('the ring', () => {
  test('lets the oldest go, and those that stay keep their places and names', () => {
    const view = open()
    const line = 'x'.repeat(1000)
    const total = 3000
    for (let number = 0; number < total; number += 100) {
      add(
        'web',
        Array.from({ length: 100 }, (_, index) => [number + index, `${number + index} ${line}`]),
      )
    }
    expect(store.entries.textBytes).toBeLessThan(1024 * 1024)
    expect(store.entries.sizeBytes).toBeLessThan(4 * 1024 * 1024)
    expect(view.count).toBeGreaterThan(900)
    const [first, last] = [view.firstPlace, view.firstPlace + view.count - 1]
    expect(last - first + 1).toBe(view.count)
    const { message, id } = store.reader.row(view.at(last) as number)
    expect(message).toMatch(/^2999 /)
    expect(store.reader.detail(store.entries.byId(id) as number).text).toMatch(/^2999 /)
    expect(Number(rowsOf(view)[0]?.message.split(' ')[0])).toBe(total - view.count)
    const counts = view.histogram.describe()?.buckets.map((bucket) => bucket.counts.none) ?? []
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(view.count)
    add('web', [[9_000, line]])
    expect(store.reader.row(view.at(last) as number)).toMatchObject({ id, message })
  })

  test('lets a view go on whose filter is still being applied', () => {
    add(
      'web',
      Array.from({ length: 3_000 }, (_, index) => [index, `${index} ${'x'.repeat(200)}`]),
    )
    const view = store.openView('v', ALL)
    expect(view.run(0)).toBe(true)
    expect(view.isFiltering).toBe(true)
    add(
      'web',
      Array.from({ length: 4_000 }, (_, index) => [10_000 + index, `${10_000 + index} ${'x'.repeat(200)}`]),
    )
    add('db', [
      [9_999, 'late'],
      [1, 'older than all that is held'],
    ])
    while (view.run(Number.POSITIVE_INFINITY));
    const fresh = store.openView('w', ALL)
    while (fresh.run(Number.POSITIVE_INFINITY));
    expect(view.copy()).toEqual(fresh.copy())
    expect(messages(view)).toContain('late')
    expect(view.histogram.describe()).toEqual(fresh.histogram.describe())
  })
})

test('lines are read by the format that most of them have, unless the runbook states one', () => {
  store.configure({
    services: {
      stated: { format: 'plain', keys: {}, fields: [] },
      open: { format: 'auto', keys: {}, fields: ['job'] },
    },
    secrets: [],
  })
  add('stated', [[1, '{"level":50,"msg":"a"}']])
  add('open', [
    [2, '> node main.js'],
    [3, '{"event":"later","level":30,"job":"j1","timestamp":"2026-11-21T20:00:00Z"}'],
    [4, '{"event":"named","message":"m","level":"error","timestamp":"2026-11-21T20:00:00Z"}'],
  ])
  expect(store.reader.formats()).toEqual({
    stated: { format: 'plain', detected: false },
    open: { format: 'structlog', detected: true },
  })
  expect(messages(open())).toEqual(['a', '> node main.js', 'later', 'named'])
})

test('a line that is too damaged to be read whole says so in its details', () => {
  add('web', [[1, '{"level":50,"msg":"begun, and cut o']])
  const view = open()
  expect(rowsOf(view)[0]).toMatchObject({ level: 'error', message: 'begun, and cut o' })
  expect(store.reader.detail(view.at(view.firstPlace) as number).note).toContain('not whole')
})

describe('a filter', () => {
  beforeEach(() => {
    store.configure({
      services: { api: { format: 'pino', keys: {}, fields: ['tenant'] } },
      secrets: ['hunter2hunter2'],
    })
    add('api', [
      [0, '{"level":30,"msg":"began","tenant":"acme"}'],
      [1_000, '{"level":50,"msg":"FAILED to pay","tenant":"acme","req":{"id":"r-1"}}'],
      [2_000, '{"level":50,"msg":"failed to ship","tenant":"zenith","req":{"id":"r-2"}}'],
    ])
    add('db', [
      [500, 'größe ÄNDERT sich'],
      [1_500, 'no level, only words'],
    ])
    store.note({
      kind: 'gap',
      container: { id: 'x', service: 'api' },
      message: 'gap',
      timeNs: BigInt(T0 + 1_200) * 1_000_000n,
      nowMs: 0,
    })
    store.flush({ all: true })
  })

  test.each<[string, Partial<LogFilter>, string[]]>([
    [
      'of nothing',
      {},
      ['began', 'größe ÄNDERT sich', 'FAILED to pay', 'gap', 'no level, only words', 'failed to ship'],
    ],
    ['by level', { levels: ['error'] }, ['FAILED to pay', 'gap', 'failed to ship']],
    ['of lines without a level', { levels: ['none'] }, ['größe ÄNDERT sich', 'gap', 'no level, only words']],
    ['by service', { services: ['db'] }, ['größe ÄNDERT sich', 'no level, only words']],
    [
      'by time, both ends included',
      { from: '2026-11-21T20:00:00.5Z', to: '2026-11-21T20:00:01.000000000Z' },
      ['größe ÄNDERT sich', 'FAILED to pay'],
    ],
    ['by a field', { fields: [{ field: 'tenant', value: 'acme', exclude: false }] }, ['began', 'FAILED to pay', 'gap']],
    [
      'by a field within another',
      { fields: [{ field: 'req.id', value: 'r-2', exclude: false }] },
      ['gap', 'failed to ship'],
    ],
    [
      'that excludes a field',
      { services: ['api'], fields: [{ field: 'tenant', value: 'acme', exclude: true }] },
      ['gap', 'failed to ship'],
    ],
    ['by text in any case', { text: 'failed TO' }, ['FAILED to pay', 'gap', 'failed to ship']],
    ['by text in its case', { text: 'failed to', matchCase: true }, ['gap', 'failed to ship']],
    ['by text with other letters', { text: 'GRÖSSE ändert'.replace('SS', 'ß') }, ['größe ÄNDERT sich', 'gap']],
    ['by an expression', { text: '^\\{.*"id":"r-[13]"', regularExpression: true }, ['FAILED to pay', 'gap']],
    ['that nothing passes', { text: 'nowhere', services: ['db'] }, []],
  ])('%s', (_title, filter, expected) => {
    expect(messages(open(filter))).toEqual(expected)
    // The same for lines that come after it.
    const view = store.openView('live', filtered(filter))
    expect(view.count).toBe(0)
    const late = new LogStore({ limitBytes: 1024 * 1024 })
    late.configure({ services: { api: { format: 'pino', keys: {}, fields: [] } }, secrets: [] })
    const live = late.openView('v', filtered(filter))
    late.take(
      sampleBatch('api', [[T0 + 1_000, '{"level":50,"msg":"FAILED to pay","tenant":"acme","req":{"id":"r-1"}}']]),
    )
    late.flush({ all: true })
    expect(live.count).toBe(expected.includes('FAILED to pay') ? 1 : 0)
  })

  test('that is no expression is refused, and the one before stays', () => {
    const view = open({ levels: ['error'] })
    expect(() => view.setFilter(filtered({ text: '(', regularExpression: true }))).toThrow(/cannot be read/)
    expect([view.revision, view.filter.levels]).toEqual([0, ['error']])
  })

  test('finds a row again by its time', () => {
    const view = open({ levels: ['error'] })
    const placeOf = (time: string) => {
      const limit = fromIso(time)
      return view.placeOf((ref) => !isEarlier(store.timeOf(ref), limit))
    }
    expect(placeOf('2026-11-21T20:00:01.1Z')).toBe(view.firstPlace + 1)
    expect(placeOf('2026-11-21T19:00:00Z')).toBe(view.firstPlace)
    expect(placeOf('2026-11-22T20:00:00Z')).toBe(view.firstPlace + 2)
  })
})

test('a stack trace is one entry with the line above it, also where it comes in pieces and others between', () => {
  const view = open()
  store.take(
    sampleBatch('api', [
      [T0, '{"level":50,"msg":"failed"}'],
      [T0 + 1, 'Error: no disk'],
      [T0 + 1, '    at write (a.js:1)'],
    ]),
  )
  store.take(sampleBatch('db', [[T0 + 2, 'LOG:  other']]))
  expect(store.flush()).toBe(0)
  store.take(
    sampleBatch('api', [
      [T0 + 3, '    at run (b.js:2)'],
      [T0 + 4, '{"level":30,"msg":"next"}'],
    ]),
  )
  while (store.isBusy) store.flush()
  expect(rowsOf(view).map(({ message, extraLines, level }) => [message, extraLines, level])).toEqual([
    ['failed', 0, 'error'],
    ['Error: no disk', 2, 'error'],
    ['LOG:  other', 0, null],
    ['next', 0, 'info'],
  ])
  const [, trace] = rowsOf(view)
  expect(store.reader.detail(store.entries.byId(trace?.id as number) as number).text).toBe(
    'Error: no disk\n    at write (a.js:1)\n    at run (b.js:2)',
  )
})

test('a row has the key fields of its runbook, and the detail all of them', () => {
  store.configure({ services: { api: { format: 'pino', keys: {}, fields: ['req.id', 'none'] } }, secrets: [] })
  add('api', [[0, '{"level":40,"msg":"slow","req":{"id":"r-1","ms":12}}']])
  const [row] = rowsOf(open())
  expect(row).toMatchObject({
    level: 'warn',
    message: 'slow',
    fields: { 'req.id': 'r-1' },
    stream: 'stdout',
    kind: 'line',
  })
  const detail = store.reader.detail(store.entries.byId(row?.id as number) as number)
  expect(detail.allFields).toContainEqual({ field: 'req.ms', value: '12' })
  expect(JSON.parse(detail.json as string)).toMatchObject({ req: { id: 'r-1' } })
})

test('a format that nobody stated is found out', () => {
  store.configure({ services: { db: { format: 'postgresql', keys: {}, fields: [] } }, secrets: [] })
  add('api', [
    [0, '{"level":40,"time":1795291200123,"pid":1,"msg":"a"}'],
    [1, '{"level":30,"time":1795291200124,"pid":1,"msg":"b"}'],
  ])
  add('db', [[2, 'starting']])
  expect(store.reader.formats()).toEqual({
    api: { format: 'pino', detected: true },
    db: { format: 'postgresql', detected: false },
  })
})

test('no secret leaves, in rows, in details and in exports', () => {
  store.configure({ services: {}, secrets: ['hunter2hunter2'] })
  add('api', [
    [0, `{"level":30,"msg":"key hunter2hunter2","token":"made-just-now"}`],
    [1, `${'x'.repeat(1_995)}hunter2hunter2`],
  ])
  const view = open()
  const rows = rowsOf(view)
  expect(rows[0]?.message).toBe(`key ${MASK}`)
  const details = rows.map(({ id }) => store.reader.detail(store.entries.byId(id) as number))
  const exported = (['ndjson', 'text'] as const).map((format) => new ExportRun(store, view.copy(), format).next())
  const all = JSON.stringify([rows, details, exported])
  expect(all).not.toContain('hunter')
  expect(all).not.toContain('made-just-now')
  expect(all).toContain(MASK)
})

test('a secret is masked however JSON spells it, and no half of one is left where a text is cut', () => {
  store.configure({
    services: { api: { format: 'auto', keys: {}, fields: ['pass'] } },
    secrets: ['hunter2&hunter2', 'second/secret'],
  })
  add('api', [
    [0, String.raw`{"level":30,"msg":"key hunter2\u0026hunter2","pass":"second\/secret"}`],
    [1, `${'x'.repeat(256 * 1024 - 8)}hunter2&hunter2`],
  ])
  const view = open()
  const rows = rowsOf(view)
  expect(rows[0]).toMatchObject({ message: `key ${MASK}`, fields: { pass: MASK } })
  const details = rows.map(({ id }) => store.reader.detail(store.entries.byId(id) as number))
  expect(details[0]?.allFields).toContainEqual({ field: 'pass', value: MASK })
  expect(details[1]?.text).not.toContain('hunter')
  expect(open({ fields: [{ field: 'pass', value: MASK, exclude: false }] }).count).toBe(1)
  const exported = new ExportRun(store, view.copy(), 'ndjson').next()
  expect(JSON.stringify([rows, details[0]?.json, details[0]?.allFields, exported])).not.toMatch(/hunter|second\W/)
})

test('watch rules see also the lines that are let go as they come', () => {
  const rules = new RuleWatch(store)
  const filter = filtered({ text: 'needle' })
  rules.set([{ id: 'r', name: 'r', filter, moreThan: 0, withinSeconds: 1, enabled: true }])
  const filler = 'x'.repeat(1_000)
  store.take(
    sampleBatch(
      'web',
      Array.from({ length: 4_000 }, (_, n) => [T0 + n, n === 0 ? 'needle' : filler] as const),
    ),
  )
  let hits: RuleHit[] = []
  store.flush({ all: true }, (refs) => {
    hits = rules.look(refs)
  })
  expect(store.order.length).toBeLessThan(2_000)
  expect(hits.map(({ message }) => message)).toEqual(['needle'])
})

test('while a filter is being applied, a time is found, and rows of a search that move are told', () => {
  add(
    'web',
    Array.from({ length: 5_000 }, (_, n) => [10_000 + n, `line ${n}`]),
  )
  const view = store.openView('v', filtered({ text: 'line' }))
  view.run(0)
  expect(view.isFiltering).toBe(true)
  const isAtOrAfter = (ref: number) => !isEarlier(store.timeOf(ref), { timeMs: T0 + 10_100, timeNs: 0 })
  view.run(Number.POSITIVE_INFINITY, isAtOrAfter)
  const place = view.placeOf(isAtOrAfter) as number
  expect(store.reader.row(view.at(place) as number).message).toBe('line 100')
  expect(view.isFiltering).toBe(true)
  store.takeFound(view, sampleBatch('web', [[T0, 'line found']]))
  const before = view.reordered
  expect(view.run(Number.POSITIVE_INFINITY)).toBe(false)
  expect(view.reordered).toBe(before + 1)
  expect(messages(view).slice(0, 2)).toEqual(['line found', 'line 0'])
})

test('a service keeps the format that was found out when another is configured', () => {
  add(
    'db',
    Array.from({ length: 30 }, (_, n) => [n, `level=info msg="line ${n}"`]),
  )
  const before = store.reader.formats().db
  expect(before?.format).toBe('logfmt')
  store.configure({ services: { api: { format: 'pino', keys: {}, fields: [] } }, secrets: ['hunter2hunter2'] })
  expect(store.reader.formats().db).toEqual(before)
})

test('what is exported stays held until it is written', () => {
  add(
    'web',
    Array.from({ length: 900 }, (_, index) => [index, `${index} ${'x'.repeat(1_000)}`]),
  )
  const run = new ExportRun(store, open().copy(), 'text')
  for (let round = 1; round <= 5; round++) {
    add(
      'web',
      Array.from({ length: 900 }, (_, index) => [round * 1_000 + index, `new ${'y'.repeat(1_000)}`]),
    )
  }
  let text = ''
  for (let piece = run.next(); piece !== ''; piece = run.next()) text += piece
  expect(text.match(/ \| \d+ x/g)).toHaveLength(900)
  expect(text).not.toContain('new')
  const before = store.entries.sizeBytes
  run.end()
  expect(store.entries.sizeBytes).toBeLessThan(before)
})

test('what a search finds stands before all that is held, and goes with its filter', () => {
  add('web', [
    [1_000, 'held error'],
    [2_000, 'held'],
  ])
  add('db', [[1_500, 'first of db']])
  expect(store.heldFrom(open())).toBe(BigInt(T0 + 1_600) * 1_000_000n)
  const view = open({ text: 'error' })
  const place = view.firstPlace
  const found = store.takeFound(
    view,
    sampleBatch('db', [
      [T0 + 900, 'old error'],
      [T0 + 950, 'old'],
      [T0 + 1_500, 'first of db, error'],
    ]),
  )
  expect(found).toEqual({ found: 1, isFull: false })
  store.takeFound(
    view,
    sampleBatch('web', [
      [T0 + 100, 'older error'],
      [T0 + 1_000, 'held error'],
    ]),
  )
  expect(messages(view)).toEqual(['older error', 'old error', 'held error'])
  expect(view.firstPlace).toBe(place - 2)
  store.dropFound(view)
  view.setFilter(ALL)
  while (view.run(Number.POSITIVE_INFINITY));
  expect(messages(view)).toEqual(['held error', 'first of db', 'held'])
})

test('from when on all is held is told by the services that a view asks for, and not before lines of theirs are shown', () => {
  const heldFrom = (filter: Partial<LogFilter>) => store.describe('v', open(filter)).heldFrom
  expect(heldFrom({})).toBeNull()
  add('db', [[0, 'quiet, and old']])
  add('api', [
    [50_000, 'busy'],
    [60_000, 'busy'],
  ])
  expect(heldFrom({ services: ['db'] })).toBe('2026-11-21T20:00:00.100000000Z')
  expect(heldFrom({ services: ['api'] })).toBe('2026-11-21T20:00:50.100000000Z')
  expect(heldFrom({})).toBe('2026-11-21T20:00:50.100000000Z')
  const container = { id: 'new', service: 'worker' }
  store.note({ kind: 'container', container, message: 'is followed', timeNs: null, nowMs: T0 })
  expect(heldFrom({})).toBeNull()
  store.take(sampleBatch('worker', [[T0 + 70_000, 'first']], { id: 'new' }))
  expect(heldFrom({})).toBeNull()
  expect(heldFrom({ services: ['db'] })).toBe('2026-11-21T20:00:00.100000000Z')
  store.flush({ all: true })
  expect(heldFrom({})).toBe('2026-11-21T20:01:10.100000000Z')
})

test('what a search found goes with its lines in the histogram and the places of the others', () => {
  add('web', [[1_000, 'held']])
  const view = open()
  const before = view.histogram.describe()
  store.takeFound(view, sampleBatch('web', [[T0 + 1, 'found']]))
  const [reordered, sizeBytes] = [view.reordered, store.entries.textBytes]
  store.dropFound(view)
  expect(messages(view)).toEqual(['held'])
  expect(view.reordered).toBeGreaterThan(reordered)
  expect(view.histogram.describe()).toEqual(before)
  expect(store.entries.textBytes).toBeLessThan(sizeBytes)
})

test('a search finds what is not held of each stream, where their lines are not stored in the order of time', () => {
  store.take(sampleBatch('web', [[T0 + 1_000, 'out, held']]))
  store.take(sampleBatch('web', [[T0 + 980, 'err, held']], { stream: 2 }))
  store.flush({ all: true })
  const view = open()
  store.takeFound(
    view,
    sampleBatch(
      'web',
      [
        [T0 + 970, 'err, not held'],
        [T0 + 980, 'err, held'],
      ],
      { stream: 2 },
    ),
  )
  store.takeFound(
    view,
    sampleBatch('web', [
      [T0 + 990, 'out, not held'],
      [T0 + 1_000, 'out, held'],
    ]),
  )
  expect(messages(view)).toEqual(['err, not held', 'err, held', 'out, not held', 'out, held'])
})

test('what a search finds is in the order of time with what is held of other containers', () => {
  add('quiet', [
    [0, 'q0'],
    [2_000, 'q2'],
    [4_000, 'q4'],
    [9_000, 'q9'],
  ])
  add('busy', [[8_000, 'b8']])
  const view = open()
  const [last] = rowsOf(view).slice(-1)
  const lastPlace = view.firstPlace + view.count - 1
  store.takeFound(
    view,
    sampleBatch(
      'busy',
      [3, 5, 7].map((second) => [T0 + second * 1_000, `b${second}`] as const),
    ),
  )
  expect(view.reordered).toBe(1)
  store.takeFound(view, sampleBatch('busy', [[T0 + 1_000, 'b1']]))
  const ordered = ['q0', 'b1', 'q2', 'b3', 'q4', 'b5', 'b7', 'b8', 'q9']
  expect(messages(view)).toEqual(ordered)
  expect(store.reader.row(view.at(lastPlace) as number).id).toBe(last?.id)
  expect([...view.copy()].map((ref) => store.reader.row(ref).message)).toEqual(ordered)
  const places = [0, 1, 6, 9].map((second) =>
    view.placeOf((ref) => !isEarlier(store.timeOf(ref), { timeMs: T0 + second * 1_000, timeNs: 0 })),
  )
  expect(places.map((place) => (place ?? 0) - view.firstPlace)).toEqual([0, 1, 6, 8])
})

test('what a search found stays when newer lines are let go, and a row says that they were', () => {
  const many = (from: number) =>
    Array.from({ length: 500 }, (_, index) => [from + index, `held ${'x'.repeat(1_000)}`] as const)
  add('web', many(10_000))
  const view = open()
  store.takeFound(view, sampleBatch('web', [[T0 + 1, 'found']]))
  const firstPlaces: number[] = []
  for (const from of [20_000, 30_000, 40_000]) {
    add('web', many(from))
    firstPlaces.push(view.firstPlace)
  }
  expect(firstPlaces).toEqual(firstPlaces.toSorted((a, b) => a - b))
  expect(
    rowsOf(view)
      .slice(0, 3)
      .map(({ kind, message }) => [kind, message.slice(0, 14)]),
  ).toEqual([
    ['line', 'found'],
    ['gap', 'Lines were let'],
    ['line', 'held xxxxxxxxx'],
  ])
})
