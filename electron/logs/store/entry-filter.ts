import type { LogFilter } from '../../../shared/contract/logs.ts'
import { LOG_LEVELS } from '../../../shared/logs/level.ts'
import { hasValue } from '../../../shared/logs/line-fields.ts'
import { type CompiledFilter, compileFilter } from '../../../shared/logs/log-filter.ts'
import type { ParsedLine } from '../../../shared/logs/parsed-line.ts'
import type { TextTest } from '../../../shared/logs/search/text-search.ts'
import { MASK } from '../../../shared/operations/mask.ts'
import { type Chunk, KIND } from './chunk.ts'
import { type EngineTime, fromNs, isEarlier } from './engine-time.ts'
import { type Entries, indexOf, type Ref } from './entries.ts'
import { type ByteFinder, createByteFinder, needsUnicodeCase } from './find-bytes.ts'
import type { Sources } from './sources.ts'

/** What a filter asks about an entry besides its columns. */
export interface FilterContext {
  readonly entries: Entries
  readonly sources: Sources
  /** As its row shows it, or as it was written. */
  readonly parsed: (ref: Ref, form: 'masked' | 'written') => ParsedLine
}

type Test = (ref: Ref, chunk: Chunk, index: number) => boolean

/** Whether entries pass, the cheap questions first. Throws `input.invalid` for an expression that cannot be searched for. */
export class EntryFilter {
  readonly #context: FilterContext
  readonly #cheap: readonly Test[]
  readonly #costly: readonly Test[]
  readonly #text: TextSearch | null
  /** By what a search on the host is narrowed down. */
  readonly bounds: Pick<CompiledFilter, 'fromNs' | 'toNs'> & { readonly services: readonly string[] | null }

  constructor(filter: LogFilter, context: FilterContext) {
    const compiled = compileFilter(filter)
    this.#context = context
    const { fromNs: from, toNs: to } = compiled
    this.bounds = { fromNs: from, toNs: to, services: filter.services.length === 0 ? null : filter.services }
    this.#cheap = cheapTests(filter, compiled, context)
    this.#text = compiled.hasText === null ? null : createTextSearch(filter, compiled.hasText)
    this.#costly = fieldTests(filter, context)
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

function cheapTests(filter: LogFilter, compiled: CompiledFilter, { sources }: FilterContext): Test[] {
  const tests: Test[] = []
  if (filter.levels.length > 0) {
    const wanted = [null, ...LOG_LEVELS].map((level) => compiled.hasLevel(level))
    tests.push(
      (_ref, chunk, index) => chunk.kinds[index] !== KIND.line || wanted[chunk.levels[index] as number] === true,
    )
  }
  if (filter.services.length > 0) {
    tests.push((_ref, chunk, index) => compiled.hasService(sources.at(chunk.sources[index] as number).service))
  }
  const { fromNs, toNs } = compiled
  if (fromNs !== null) tests.push(timeTest(fromNs, (time, limit) => !isEarlier(time, limit)))
  if (toNs !== null) tests.push(timeTest(toNs, (time, limit) => !isEarlier(limit, time)))
  return tests
}

function timeTest(limitNs: bigint, holds: (time: EngineTime, limit: EngineTime) => boolean): Test {
  const limit = fromNs(limitNs)
  return (_ref, chunk, index) => {
    const timeMs = chunk.timesMs[index] as number
    if (timeMs !== limit.timeMs) return holds({ timeMs, timeNs: 0 }, { timeMs: limit.timeMs, timeNs: 0 })
    return holds({ timeMs, timeNs: chunk.timesNs[index] as number }, limit)
  }
}

/**
 * A value that stands in a line as it is shown: without a sign that JSON or colours may write otherwise. A line without
 * it need not be parsed.
 */
const WRITTEN_AS_SHOWN = /^[A-Za-z0-9_.:-]{2,500}$/
/** Other numbers are written in several ways. */
const NUMBER = /^[\d.eE-]+$/
const SHORT_INTEGER = /^\d{2,15}$/

function isWrittenAsShown(value: string): boolean {
  return WRITTEN_AS_SHOWN.test(value) && (!NUMBER.test(value) || SHORT_INTEGER.test(value))
}

function fieldTests({ fields }: LogFilter, { parsed }: FilterContext): Test[] {
  return fields.map(({ field, value, exclude }) => {
    // What a row shows in place of a secret is found by what it shows.
    const form = value.includes(MASK) ? 'masked' : 'written'
    const finder = isWrittenAsShown(value) ? createByteFinder(value, true) : null
    return (ref, chunk, index) => {
      const isThere = finder === null || finder.find(chunk.bytes, chunk.start(index), chunk.end(index)) !== -1
      return (isThere && hasValue(parsed(ref, form), field, value)) !== exclude
    }
  })
}

interface TextSearch {
  test(chunk: Chunk, index: number): boolean
  prepare(chunk: Chunk): void
}

/** As the compiled filter searches, but in the bytes where they tell as much as the text. */
function createTextSearch({ text, regularExpression, matchCase }: LogFilter, hasText: TextTest): TextSearch {
  const test = (chunk: Chunk, index: number) => hasText(chunk.textOf(index))
  if (regularExpression || (!matchCase && needsUnicodeCase(text))) return { test, prepare: () => {} }
  return createLiteralSearch(createByteFinder(text, matchCase), test)
}

const ESCAPE = 27

function createLiteralSearch({ find }: ByteFinder, testText: TextSearch['test']): TextSearch {
  /** For each chunk that was looked through, whether an entry has the text. */
  const prepared = new Map<number, Uint8Array>()
  const testBytes = (chunk: Chunk, index: number) => {
    const [start, end] = [chunk.start(index), chunk.end(index)]
    if (find(chunk.bytes, start, end) !== -1) return true
    // Colours may stand between the words.
    const colour = chunk.bytes.indexOf(ESCAPE, start)
    return colour !== -1 && colour < end && testText(chunk, index)
  }
  return {
    test: (chunk, index) => {
      const hits = prepared.get(chunk.serial)
      return hits !== undefined && index < hits.length ? hits[index] === 1 : testBytes(chunk, index)
    },
    prepare: (chunk) => {
      if (prepared.has(chunk.serial)) return
      const isColoured = chunk.bytes.subarray(0, chunk.usedBytes).includes(ESCAPE)
      const hits = isColoured ? testAll(chunk, testBytes) : findAll(chunk, find)
      prepared.set(chunk.serial, hits)
    },
  }
}

function testAll(chunk: Chunk, test: (chunk: Chunk, index: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: chunk.count }, (_, index) => (test(chunk, index) ? 1 : 0))
}

function findAll(chunk: Chunk, find: ByteFinder['find']): Uint8Array {
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
