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
  { name: 'nothing of nothing', batches: [[]], told: [[]] },
]

describe('the cursor of a container', () => {
  it.for(CASES)('lets through $name', ({ batches, told }) => {
    const cursor = new DeliveryCursor()
    expect(batches.map((batch) => unpack(cursor.admit(pack(batch))))).toEqual(told)
  })

  it('knows the latest time of all, and of each stream', () => {
    const cursor = new DeliveryCursor()
    expect(cursor.latestNs).toBeNull()
    cursor.admit(pack(['1:1795223007243070779:a', '2:1795223007243070778:b']))
    expect([cursor.latestNs, cursor.latestOf(1), cursor.latestOf(2)]).toEqual([
      1795223007243070779n,
      1795223007243070779n,
      1795223007243070778n,
    ])
    cursor.reset()
    expect(cursor.latestNs).toBeNull()
    expect(unpack(cursor.admit(pack(['1:1:a'])))).toEqual(['1:1:a'])
  })

  it('works on batches whose memory another thread has taken since', () => {
    const cursor = new DeliveryCursor()
    const first = cursor.admit(pack(['1:5:a']))
    structuredClone(first, { transfer: [first.bytes.buffer as ArrayBuffer, first.times.buffer as ArrayBuffer] })
    expect(unpack(cursor.admit(pack(['1:5:a', '1:5:b'])))).toEqual(['1:5:b'])
  })
})
