import { describe, expect, it } from 'vitest'
import { type LogLines, LogLinesBuilder } from '../docker/log-lines.ts'
import { DeliveryCursor } from './delivery-cursor.ts'

/** `1:5:text`: stream, nanoseconds, text. */
function pack(lines: readonly string[]): LogLines {
  const builder = new LogLinesBuilder()
  for (const line of lines) {
    const [stream = '1', time = '0', text = ''] = line.split(':')
    const nanoseconds = BigInt(time)
    const halves = { high: Number(nanoseconds >> 32n), low: Number(nanoseconds & 0xffff_ffffn) }
    builder.add(Buffer.from(text), 0, text.length, halves, Number(stream))
  }
  return builder.take()
}

function unpack({ bytes, ends, times, streams }: LogLines): string[] {
  return [...ends].map(
    (end, at) => `${streams[at]}:${times[at]}:${Buffer.from(bytes.subarray(at === 0 ? 0 : ends[at - 1], end))}`,
  )
}

const CASES: readonly {
  readonly name: string
  readonly batches: readonly (readonly string[])[]
  readonly told: readonly (readonly string[])[]
}[] = [
  { name: 'first lines', batches: [['1:5:a', '1:6:b']], told: [['1:5:a', '1:6:b']] },
  {
    name: 'nothing of what comes again',
    batches: [
      ['1:5:a', '1:6:b'],
      ['1:5:a', '1:6:b'],
    ],
    told: [['1:5:a', '1:6:b'], []],
  },
  {
    name: 'the rest of an overlap',
    batches: [
      ['1:5:a', '1:6:b'],
      ['1:6:b', '1:7:c'],
    ],
    told: [['1:5:a', '1:6:b'], ['1:7:c']],
  },
  {
    name: 'another line with the same time',
    batches: [['1:5:a'], ['1:5:a', '1:5:b'], ['1:5:a', '1:5:b', '1:5:c', '1:6:d']],
    told: [['1:5:a'], ['1:5:b'], ['1:5:c', '1:6:d']],
  },
  {
    name: 'many lines of one time',
    batches: [
      ['1:5:a', '1:5:b', '1:5:b', '1:5:c'],
      ['1:5:c', '1:5:d', '1:6:a'],
    ],
    told: [
      ['1:5:a', '1:5:b', '1:5:c'],
      ['1:5:d', '1:6:a'],
    ],
  },
  {
    name: 'a line once that comes twice in one batch',
    batches: [['1:5:a', '1:5:a', '1:6:b']],
    told: [['1:5:a', '1:6:b']],
  },
  {
    name: 'each stream for itself, since their times are not in order',
    batches: [['1:9:out'], ['2:3:err', '1:9:out', '2:4:err']],
    told: [['1:9:out'], ['2:3:err', '2:4:err']],
  },
  {
    name: 'a line of the same time and text on the other stream',
    batches: [['1:5:a'], ['2:5:a', '1:5:a']],
    told: [['1:5:a'], ['2:5:a']],
  },
  {
    name: 'times on both sides of a half',
    batches: [['1:4294967295:a'], ['1:4294967295:a', '1:4294967296:b'], ['1:4294967295:a', '1:8589934591:c']],
    told: [['1:4294967295:a'], ['1:4294967296:b'], ['1:8589934591:c']],
  },
  {
    name: 'lines of a clock that was set back, but not what an engine repeats of them',
    batches: [
      ['1:5:a', '1:7:b', '1:9:c'],
      ['1:5:a', '1:6:d', '1:7:b'],
      ['1:6:d', '1:8:e', '1:9:c', '1:10:f'],
      ['1:6:d', '1:8:e', '1:10:f'],
    ],
    told: [['1:5:a', '1:7:b', '1:9:c'], ['1:6:d'], ['1:8:e', '1:10:f'], []],
  },
  { name: 'nothing of nothing', batches: [[]], told: [[]] },
]

describe('the cursor of a container', () => {
  it.for(CASES)('lets through $name', ({ batches, told }) => {
    const cursor = new DeliveryCursor()
    expect(batches.map((batch) => unpack(cursor.admit(pack(batch))))).toEqual(told)
  })

  it('knows the latest time of all', () => {
    const cursor = new DeliveryCursor()
    expect(cursor.latestNs).toBeNull()
    cursor.admit(pack(['1:1795223007243070779:a', '2:1795223007243070778:b']))
    expect(cursor.latestNs).toBe(1795223007243070779n)
    cursor.reset()
    expect(cursor.latestNs).toBeNull()
    expect(unpack(cursor.admit(pack(['1:1:a'])))).toEqual(['1:1:a'])
  })

  it('is where a clock that was set back has come to, until that has caught up', () => {
    const cursor = new DeliveryCursor()
    cursor.admit(pack(['1:5:a', '2:9:b', '1:20:c']))
    cursor.admit(pack(['1:12:d', '1:14:e']))
    expect(cursor.latestNs).toBe(14n)
    cursor.admit(pack(['1:21:f']))
    expect(cursor.latestNs).toBe(21n)
  })

  it('names lines that are older than all that is remembered', () => {
    const cursor = new DeliveryCursor()
    cursor.admit(pack(Array.from({ length: 5_000 }, (_, n) => `1:${1_000 + 2 * n}:a`)))
    const strays: number[] = []
    const admitted = cursor.admit(pack(['1:1500:a', '1:20000:b', '1:6000:a', '1:1400:c', '1:5999:d']), strays)
    expect(unpack(admitted)).toEqual(['1:20000:b', '1:5999:d'])
    expect(strays).toEqual([0, 3])
  })

  it('takes a stream of which the end of a log had no line as told up to there', () => {
    const cursor = new DeliveryCursor()
    cursor.admit(pack(['1:500:a']))
    cursor.endedAt(400n)
    expect(unpack(cursor.admit(pack(['2:100:old', '2:390:old', '1:500:a', '2:450:new', '1:501:b'])))).toEqual([
      '2:450:new',
      '1:501:b',
    ])
  })

  it('works on batches whose memory another thread has taken since', () => {
    const cursor = new DeliveryCursor()
    const first = cursor.admit(pack(['1:5:a']))
    structuredClone(first, { transfer: [first.bytes.buffer as ArrayBuffer, first.times.buffer as ArrayBuffer] })
    expect(unpack(cursor.admit(pack(['1:5:a', '1:5:b'])))).toEqual(['1:5:b'])
  })
})
