import { describe, expect, it } from 'vitest'
import { logFilterSchema } from '../../shared/contract/logs.ts'
import { detectFormat } from '../../shared/logs/detect-format.ts'
import { createEntryGrouper } from '../../shared/logs/entry-grouper.ts'
import { flattenFields } from '../../shared/logs/line-fields.ts'
import { createLineParser } from '../../shared/logs/line-parser.ts'
import { compileFilter } from '../../shared/logs/log-filter.ts'
import { createTestRandom, type TestRandom } from '../../shared/logs/test-random.ts'
import { logFormatSchema } from '../../shared/runbook/schema.ts'
import { ChunkedBody } from '../docker/chunked-body.ts'
import { FrameReader, type LogReader } from '../docker/log-frames.ts'
import type { LogLines } from '../docker/log-lines.ts'
import { TerminalReader } from '../docker/log-terminal.ts'
import { encodeAnswer, encodeChunks, encodeTerminal, randomLines, type WrittenLine } from './fuzz-input.ts'

/** `SLIPWAY_FUZZ_SECONDS=60 npx vitest run electron/logs/log-fuzz`; without it, the same short runs each time. */
const SECONDS = Number(process.env.SLIPWAY_FUZZ_SECONDS ?? 0)
const RUNS = 60

const FORMATS = logFormatSchema.shape.format.unwrap().options
const EXPRESSIONS = ['(a+)+$', '\\berror\\b', '^\\s+at', '[^"]*":', '(.*)*=(.*)*x', 'é+', '\\d{4}-\\d\\d']
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a row must not have.
const UNREADABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

interface ReadLine {
  readonly stream: number
  readonly time: bigint
  readonly bytes: Buffer
}

function linesOf({ bytes, ends, times, streams }: LogLines): ReadLine[] {
  return [...ends].map((end, index) => ({
    stream: streams[index] ?? 0,
    time: times[index] ?? 0n,
    bytes: Buffer.from(bytes.subarray(index === 0 ? 0 : ends[index - 1], end)),
  }))
}

/** Reads an HTTP body in pieces of random sizes, whose memory is used again after each. */
function readWire(random: TestRandom, wire: Buffer, reader: LogReader): ReadLine[] {
  const read: ReadLine[] = []
  const body = new ChunkedBody((source, start, end) => reader.push(source, start, end))
  for (let at = 0; at < wire.length; ) {
    const piece = Buffer.from(wire.subarray(at, at + 1 + random.below(random.pick([16, 600, 60_000]))))
    at += piece.length
    body.push(piece, 0)
    piece.fill(0)
    if (random.below(4) === 0) read.push(...linesOf(reader.lines.take()))
  }
  return [...read, ...linesOf(reader.lines.take())]
}

const stampOf = ({ time }: ReadLine) =>
  `${new Date(Number(time / 1_000_000n)).toISOString().slice(0, 20)}${String(time % 1_000_000_000n).padStart(9, '0')}Z`

/** A line as it can be compared. */
const spell = (stamp: string, bytes: Buffer) => `${stamp} ${bytes.toString('latin1')}`

function expectJoined(read: readonly ReadLine[], written: readonly WrittenLine[], isCut: boolean): void {
  for (const stream of [1, 2]) {
    const got = read.filter((line) => line.stream === stream).map((line) => spell(stampOf(line), line.bytes))
    const wanted = written.filter((line) => line.stream === stream).map((line) => spell(line.stamp, line.bytes))
    // What was cut is the beginning of what was written, in whole lines.
    expect(got).toEqual(isCut ? wanted.slice(0, got.length) : wanted)
  }
}

/** Broken bytes are refused or read as something, and are never more than what came. */
function readDamaged(random: TestRandom, wire: Buffer, reader: LogReader): ReadLine[] {
  const damaged = Buffer.from(wire)
  for (let count = random.below(8); count >= 0; count -= 1) damaged[random.below(damaged.length)] = random.below(256)
  try {
    const read = readWire(random, damaged, reader)
    expect(read.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(damaged.length)
    return read
  } catch (error) {
    expect(String(error)).toMatch(/not the log of a container|chunk/)
    return []
  }
}

/** Parses, groups and filters what was read as a view of it would. */
function readTexts(random: TestRandom, lines: readonly ReadLine[]): void {
  const texts = lines.map(({ bytes }) => new TextDecoder().decode(bytes))
  const parser = createLineParser(random.below(4) === 0 ? (detectFormat(texts) ?? 'auto') : random.pick(FORMATS))
  const grouper = createEntryGrouper(parser.readLevel)
  const entries: string[] = []
  for (const text of texts) {
    if (grouper.continues(text, 0)) entries.push(`${entries.pop()}\n${text}`)
    else entries.push(text)
  }
  expect(entries.join('\n')).toBe(texts.join('\n'))
  const filter = { text: random.pick(EXPRESSIONS), regularExpression: true, matchCase: random.below(2) === 0 }
  const { hasText } = compileFilter(logFilterSchema.parse(filter))
  for (const entry of entries) {
    const parsed = parser.parse(entry)
    if (parser.readLevel(entry) !== parsed.level) expect.unreachable(`${parser.format}: ${JSON.stringify(entry)}`)
    expect(parsed.message).not.toMatch(UNREADABLE)
    expect(parsed.message.isWellFormed()).toBe(true)
    expect(flattenFields(parsed).length).toBeLessThanOrEqual(1000)
    expect(typeof hasText?.(entry)).toBe('boolean')
  }
}

interface Answer {
  readonly createReader: () => LogReader
  readonly lines: (random: TestRandom) => WrittenLine[]
  readonly encode: (random: TestRandom, lines: readonly WrittenLine[]) => Buffer
}

const linesOfStreams = (random: TestRandom) => randomLines(random, 1 + random.below(60))
const ANSWERS: Readonly<Record<string, Answer>> = {
  'in frames': { createReader: () => new FrameReader(), lines: linesOfStreams, encode: encodeAnswer },
  'of a terminal': {
    createReader: () => new TerminalReader(),
    lines: (random) => linesOfStreams(random).map((line) => ({ ...line, stream: 1 })),
    encode: (_random, lines) => encodeTerminal(lines),
  },
}

function run(seed: number, { createReader, lines, encode }: Answer): number {
  const random = createTestRandom(seed)
  const written = lines(random)
  const wire = encodeChunks(random, encode(random, written))
  const read = readWire(random, wire, createReader())
  expectJoined(read, written, false)
  expectJoined(readWire(random, wire.subarray(0, random.below(wire.length)), createReader()), written, true)
  readTexts(random, read)
  readTexts(random, readDamaged(random, wire, createReader()))
  return written.length
}

describe('logs of random lines, sent in random pieces', () => {
  const timeout = 20_000 + SECONDS * 2000
  it.each(Object.entries(ANSWERS))(
    '%s are joined to the bytes that were written, and read',
    { timeout },
    (_, answer) => {
      const end = Date.now() + SECONDS * 1000
      let lines = 0
      let seed = 1
      for (; seed <= RUNS || Date.now() < end; seed += 1) {
        try {
          lines += run(seed, answer)
        } catch (error) {
          throw new Error(`The run of seed ${seed} failed.`, { cause: error })
        }
      }
      expect(lines).toBeGreaterThan(RUNS)
      if (SECONDS > 0) console.log(`${seed - 1} runs, ${lines} lines`)
    },
  )
})
