import { describe, expect, it } from 'vitest'
import { ChunkedBody } from './chunked-body.ts'
import { FrameReader, type LogReader } from './log-frames.ts'
import { TerminalReader } from './log-terminal.ts'
import { toSeconds } from './log-time.ts'
import { MAX_LINE_BYTES } from './long-line.ts'

const at = (nanos: number): string => `2026-11-21T06:28:00.${String(nanos).padStart(9, '0')}Z`
const timeOf = (nanos: number): bigint => BigInt(Date.parse('2026-11-21T06:28:00Z')) * 1_000_000n + BigInt(nanos)

function frame(stream: 1 | 2, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([header, bytes])
}

type Told = readonly [stream: number, time: bigint, text: string]

function take(reader: LogReader): Told[] {
  const { bytes, ends, times, streams } = reader.lines.take()
  return [...ends].map((end, index) => [
    streams[index] ?? 0,
    times[index] ?? 0n,
    Buffer.from(bytes.subarray(index === 0 ? 0 : ends[index - 1], end)).toString('utf8'),
  ])
}

/** Pushes in pieces of `size` bytes. */
function readIn(size: number, reader: LogReader, source: Buffer): LogReader {
  for (let start = 0; start < source.length; start += size) {
    const piece = Buffer.from(source.subarray(start, start + size))
    reader.push(piece, 0, piece.length)
    piece.fill(0)
  }
  return reader
}

const euro = Buffer.from('€')
const piece = 'x'.repeat(16_384)

const FRAMED: readonly { readonly name: string; readonly answer: readonly Buffer[]; readonly told: readonly Told[] }[] =
  [
    { name: 'nothing', answer: [], told: [] },
    {
      name: 'lines of both streams, in the order in which they were stored',
      answer: [frame(1, `${at(3)} out\n`), frame(2, `${at(1)} err\n`)],
      told: [
        [1, timeOf(3), 'out'],
        [2, timeOf(1), 'err'],
      ],
    },
    {
      name: 'an empty line, and one of spaces with a carriage return',
      answer: [frame(1, `${at(1)} \n`), frame(1, `${at(2)}   \r\n`)],
      told: [
        [1, timeOf(1), ''],
        [1, timeOf(2), '  \r'],
      ],
    },
    {
      name: 'a long line in pieces, cut inside a character, with another stream between',
      answer: [
        frame(1, Buffer.concat([Buffer.from(`${at(1)} 5 `), euro.subarray(0, 1)])),
        frame(2, `${at(2)} between\n`),
        frame(1, Buffer.concat([Buffer.from(`${at(1)} `), euro.subarray(1), Buffer.from('\n')])),
      ],
      told: [
        [2, timeOf(2), 'between'],
        [1, timeOf(1), '5 €'],
      ],
    },
    {
      name: 'the beginning of a line whose rest was rotated away',
      answer: [frame(1, `${at(1)} begun`), frame(1, `${at(2)} next\n`)],
      told: [
        [1, timeOf(1), 'begun'],
        [1, timeOf(2), 'next'],
      ],
    },
    {
      name: 'a timestamp that the program wrote itself',
      answer: [frame(1, `${at(1)} ${at(9)} mine\n`)],
      told: [[1, timeOf(1), `${at(9)} mine`]],
    },
    {
      name: 'the time of a machine in another zone, and then one in UTC',
      answer: [frame(1, '2026-11-21T08:28:00.000000005+02:00 zoned\n'), frame(1, `${at(6)} utc\n`)],
      told: [
        [1, timeOf(5), 'zoned'],
        [1, timeOf(6), 'utc'],
      ],
    },
    {
      name: 'times that go over a second and over the halves in which they are kept',
      answer: [frame(1, `${at(999_999_999)} a\n`), frame(1, '2026-11-21T06:28:01.000000000Z b\n')],
      told: [
        [1, timeOf(999_999_999), 'a'],
        [1, timeOf(1_000_000_000), 'b'],
      ],
    },
  ]

describe('a log in frames', () => {
  it.for(FRAMED)('tells $name, however it is cut', ({ answer, told }) => {
    const whole = Buffer.concat(answer)
    for (const size of [1, 2, 7, 8, 9, 31, 40, 65_536]) {
      const reader = readIn(size, new FrameReader(), whole)
      expect(take(reader)).toEqual(told)
    }
  })

  it('keeps a last line without an end to itself until it is asked for it', () => {
    const reader = readIn(5, new FrameReader(), frame(2, `${at(1)} open`))
    expect(take(reader)).toEqual([])
    reader.flush()
    expect(take(reader)).toEqual([[2, timeOf(1), 'open']])
  })

  it('cuts a line that is longer than ten megabytes, not inside a character, and says so', () => {
    const reader = new FrameReader()
    const part = Buffer.from(`${at(1)} ${'€'.repeat(5_000)}`)
    for (let count = 0; count < 800; count++) readIn(65_536, reader, frame(1, part))
    readIn(65_536, reader, frame(1, `${at(1)} end\n`))
    readIn(65_536, reader, frame(1, `${at(2)} next\n`))
    const [long, next] = take(reader)
    const marker = / … \[(\d+) more bytes of this line left out\]$/.exec(long?.[2] ?? '')
    const kept = Buffer.byteLength(long?.[2].slice(0, marker?.index) ?? '')
    expect(kept).toBeLessThanOrEqual(MAX_LINE_BYTES)
    expect(kept + Number(marker?.[1])).toBe(12_000_003)
    expect(long?.[2]).not.toContain('\ufffd')
    expect(next?.[2]).toBe('next')
  })

  it('is refused where it is none', () => {
    expect(() => readIn(64, new FrameReader(), Buffer.from('HTTP/1.1 200 OK, and more of it\n'))).toThrow('not the log')
  })
})

const TERMINAL: readonly { readonly name: string; readonly answer: string; readonly told: readonly Told[] }[] = [
  { name: 'nothing', answer: '', told: [] },
  {
    name: 'lines without frames',
    answer: `${at(1)} one\r\n${at(2)} {"a":1}\r\n${at(3)} \r\n`,
    told: [
      [1, timeOf(1), 'one'],
      [1, timeOf(2), '{"a":1}'],
      [1, timeOf(3), ''],
    ],
  },
  {
    name: 'a progress bar as one line',
    answer: `${at(1)} 10 %\r20 %\r30 %\r\n`,
    told: [[1, timeOf(1), '10 %\r20 %\r30 %']],
  },
  {
    name: 'a long line without the timestamps that the engine repeats in it',
    answer: `${at(1)} ${piece}${at(1)} ${piece}${at(1)} end\r\n`,
    told: [[1, timeOf(1), `${piece}${piece}end`]],
  },
  {
    name: 'lines as long as a piece, whose end is cut in two or stands alone',
    answer: `${at(1)} ${piece.slice(1)}\r${at(1)} \n${at(2)} ${piece}${at(2)} \r\n${at(3)} end\r\n`,
    told: [
      [1, timeOf(1), piece.slice(1)],
      [1, timeOf(2), piece],
      [1, timeOf(3), 'end'],
    ],
  },
]

describe('the log of a terminal', () => {
  it.for(TERMINAL)('tells $name, however it is cut', ({ answer, told }) => {
    for (const size of [1, 7, 31, 65_536]) {
      const reader = readIn(size, new TerminalReader(), Buffer.from(answer))
      expect(take(reader)).toEqual(told)
    }
  })

  it('cuts a line that never ends', () => {
    const reader = new TerminalReader()
    readIn(65_536, reader, Buffer.from(`${at(1)} ${'y'.repeat(16_384)}`))
    for (let count = 0; count < 200; count++) readIn(65_536, reader, Buffer.from(`${at(1)} ${'y'.repeat(65_536)}`))
    readIn(65_536, reader, Buffer.from(`\r\n${at(2)} next\r\n`))
    const [long, next] = take(reader)
    expect(Buffer.byteLength(long?.[2] ?? '')).toBeLessThan(MAX_LINE_BYTES + 100)
    expect(long?.[2]).toMatch(/more bytes of this line left out\]$/)
    expect(next).toEqual([1, timeOf(2), 'next'])
  })
})

const BODIES: readonly {
  readonly name: string
  readonly wire: string
  readonly body: string
  readonly done: boolean
}[] = [
  { name: 'chunks', wire: '3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n', body: 'abc0123456789', done: true },
  { name: 'extensions and trailers', wire: '2;a=b\r\nxy\r\n0;c\r\nTrailer: 1\r\n\r\n', body: 'xy', done: true },
  { name: 'newlines in what they carry', wire: '4\r\n\r\n\r\n\r\n0\r\n\r\n', body: '\r\n\r\n', done: true },
  { name: 'an answer that is cut', wire: '5\r\nabc', body: 'abc', done: false },
  { name: 'an answer that is cut before its last newline', wire: '1\r\na\r\n0\r\n', body: 'a', done: false },
]

describe('a body in chunks', () => {
  it.for(BODIES)('is read: $name', ({ wire, body, done }) => {
    for (const size of [1, 2, 3, 100]) {
      let read = ''
      const chunked = new ChunkedBody((source, start, end) => {
        read += source.toString('latin1', start, end)
      })
      for (let start = 0; start < wire.length; start += size) {
        chunked.push(Buffer.from(wire.slice(start, start + size)), 0)
      }
      expect({ read, done: chunked.isComplete }).toEqual({ read: body, done })
    }
  })

  it.for(['zz\r\n', '\r\nabc', '2\r\nabcd\r\n', 'fffffffffffffff\r\n'])('that is none is refused: %j', (wire) => {
    expect(() => new ChunkedBody(() => undefined).push(Buffer.from(wire), 0)).toThrow(/chunk/)
  })
})

it('spells a time for the engine with all its digits', () => {
  expect(toSeconds(1795223007_243070779n)).toBe('1795223007.243070779')
  expect(toSeconds(1795223007_000000009n)).toBe('1795223007.000000009')
  expect(toSeconds(-5n)).toBe('0.000000000')
})
