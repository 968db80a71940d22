import type { FieldCondition, LogFilter } from '../../../shared/contract/logs.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { LOG_LEVELS } from '../../../shared/logs/level.ts'
import { type Chunk, KIND } from './chunk.ts'
import { type EngineTime, fromIso, isEarlier } from './engine-time.ts'
import { type Entries, indexOf, type Ref } from './entries.ts'
import { createByteFinder, needsUnicodeCase } from './find-bytes.ts'
import type { Sources } from './sources.ts'

/** What a filter asks about an entry besides its columns. */
export interface FilterContext {
  readonly entries: Entries
  readonly sources: Sources
  /** The value of a field as the screen shows it; undefined: the entry has no such field. */
  readonly fieldText: (ref: Ref, field: string) => string | undefined
}

type Test = (ref: Ref, chunk: Chunk, index: number) => boolean

/** Whether entries pass, the cheap questions first. Throws `input.invalid` for an expression that is none. */
export class EntryFilter {
  /** An expression may take for ever on one line: whoever runs it has to be able to stop it. */
  readonly mayHang: boolean
  readonly #context: FilterContext
  readonly #cheap: readonly Test[]
  readonly #costly: readonly Test[]
  readonly #text: TextTest | null

  constructor(filter: LogFilter, context: FilterContext) {
    this.#context = context
    this.#cheap = cheapTests(filter, context)
    this.#text = filter.text === '' ? null : createTextTest(filter)
    this.#costly = filter.fields.map((condition) => fieldTest(condition, context))
    this.mayHang = filter.text !== '' && filter.regularExpression
  }

  passes(ref: Ref): boolean {
    const chunk = this.#context.entries.chunk(ref)
    const index = indexOf(ref)
    for (const test of this.#cheap) if (!test(ref, chunk, index)) return false
    const kind = chunk.kinds[index]
    // Lines that would have passed may be missing there.
    if (kind === KIND.gap || kind === KIND.skipped) return true
    if (kind === KIND.container) return this.#text === null && this.#costly.length === 0
    if (this.#text !== null && !this.#text.test(chunk, index)) return false
    for (const test of this.#costly) if (!test(ref, chunk, index)) return false
    return true
  }

  /** Looks through a whole chunk at once, where most of its entries will be asked for. */
  prepare(ref: Ref): void {
    this.#text?.prepare(this.#context.entries.chunk(ref))
  }
}

function cheapTests(filter: LogFilter, { sources }: FilterContext): Test[] {
  const tests: Test[] = []
  if (filter.levels.length > 0) {
    const wanted = new Uint8Array(LOG_LEVELS.length + 1)
    for (const level of filter.levels) wanted[level === 'none' ? 0 : LOG_LEVELS.indexOf(level) + 1] = 1
    tests.push((_ref, chunk, index) => chunk.kinds[index] !== KIND.line || wanted[chunk.levels[index] as number] === 1)
  }
  if (filter.services.length > 0) {
    const wanted = new Set(filter.services)
    tests.push((_ref, chunk, index) => wanted.has(sources.at(chunk.sources[index] as number).service))
  }
  const { from, to } = filter
  if (from !== null) tests.push(timeTest(fromIso(from), (time, limit) => !isEarlier(time, limit)))
  if (to !== null) tests.push(timeTest(fromIso(to), (time, limit) => !isEarlier(limit, time)))
  return tests
}

function timeTest(limit: EngineTime, holds: (time: EngineTime, limit: EngineTime) => boolean): Test {
  return (_ref, chunk, index) => {
    const timeMs = chunk.timesMs[index] as number
    if (timeMs !== limit.timeMs) return holds({ timeMs, timeNs: 0 }, { timeMs: limit.timeMs, timeNs: 0 })
    return holds({ timeMs, timeNs: chunk.timesNs[index] as number }, limit)
  }
}

/**
 * A value that stands in a line as it is shown: without a sign that JSON or URLs may write otherwise. A line without
 * it need not be parsed.
 */
const WRITTEN_AS_SHOWN = /^[A-Za-z0-9_ .:-]{2,15}$/

function fieldTest({ field, value, exclude }: FieldCondition, { fieldText }: FilterContext): Test {
  const finder = WRITTEN_AS_SHOWN.test(value) ? createByteFinder(value, true) : null
  return (ref, chunk, index) => {
    const isThere = finder === null || finder.find(chunk.bytes, chunk.start(index), chunk.end(index)) !== -1
    return (isThere && fieldText(ref, field) === value) !== exclude
  }
}

interface TextTest {
  test(chunk: Chunk, index: number): boolean
  prepare(chunk: Chunk): void
}

function createTextTest({ text, regularExpression, matchCase }: LogFilter): TextTest {
  if (!regularExpression && (matchCase || !needsUnicodeCase(text))) return createLiteralTest(text, matchCase)
  const source = regularExpression ? text : text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const expression = compileExpression(source, `${matchCase ? '' : 'i'}m${regularExpression ? '' : 'u'}`)
  const test = (chunk: Chunk, index: number) => expression.test(chunk.textOf(index))
  return { test, prepare: () => {} }
}

function compileExpression(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch (error) {
    throw new SlipwayError('input.invalid', `The expression ${source} cannot be read.`, {
      state: 'The filter was not changed.',
      hint: 'Correct it, or search for it as plain text.',
      cause: error,
    })
  }
}

function createLiteralTest(text: string, matchCase: boolean): TextTest {
  const finder = createByteFinder(text, matchCase)
  /** For each chunk that was looked through, whether an entry has the text. */
  const prepared = new Map<number, Uint8Array>()
  return {
    test: (chunk, index) => {
      const hits = prepared.get(chunk.serial)
      if (hits !== undefined && index < hits.length) return hits[index] === 1
      return finder.find(chunk.bytes, chunk.start(index), chunk.end(index)) !== -1
    },
    prepare: (chunk) => {
      if (!prepared.has(chunk.serial)) prepared.set(chunk.serial, findAll(chunk, finder.find))
    },
  }
}

function findAll(chunk: Chunk, find: (bytes: Uint8Array, from: number, to: number) => number): Uint8Array {
  const hits = new Uint8Array(chunk.count)
  for (let index = 0; index < hits.length; ) {
    const at = find(chunk.bytes, chunk.start(index), chunk.usedBytes)
    if (at === -1) break
    while (chunk.end(index) <= at && index < hits.length - 1) index += 1
    // A hit that reaches over the end of an entry is none, and the next one may begin within it.
    hits[index] = find(chunk.bytes, Math.max(at, chunk.start(index)), chunk.end(index)) === -1 ? 0 : 1
    index += 1
  }
  return hits
}
