import { describe, expect, it } from 'vitest'
import { parseLog } from './log-demux.ts'

const at = (nanos: number): string => `2026-11-21T06:28:00.${String(nanos).padStart(9, '0')}Z`

function frame(stream: 1 | 2, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([header, bytes])
}

const texts = (answer: Buffer, tty = false) => parseLog(answer, tty).map((line) => line.text)

describe('a log in frames', () => {
  it('is merged by time, not by the order in which the streams were stored', () => {
    const answer = Buffer.concat([
      frame(1, `${at(3)} third\n`),
      frame(2, `${at(1)} first\n`),
      frame(2, `${at(2)} second\n`),
    ])
    expect(parseLog(answer, false)).toEqual([
      { stream: 'stderr', timestamp: at(1), text: 'first' },
      { stream: 'stderr', timestamp: at(2), text: 'second' },
      { stream: 'stdout', timestamp: at(3), text: 'third' },
    ])
  })

  it('keeps the order of lines with equal timestamps', () => {
    const answer = Buffer.concat([frame(1, `${at(1)} a\n`), frame(1, `${at(1)} b\n`), frame(2, `${at(1)} c\n`)])
    expect(texts(answer)).toEqual(['a', 'b', 'c'])
  })

  it('joins the pieces of a long line, also where a cut falls inside a character', () => {
    const euro = Buffer.from('€')
    const prefix = Buffer.from(`${at(1)} `)
    const answer = Buffer.concat([
      frame(1, Buffer.concat([prefix, Buffer.from('5 '), euro.subarray(0, 1)])),
      frame(2, `${at(2)} between\n`),
      frame(1, Buffer.concat([prefix, euro.subarray(1), Buffer.from('\n')])),
    ])
    expect(texts(answer)).toEqual(['5 €', 'between'])
  })

  it('shows the beginning of a line whose rest was rotated away as a line of its own', () => {
    expect(texts(Buffer.concat([frame(1, `${at(1)} begun`), frame(1, `${at(2)} next\n`)]))).toEqual(['begun', 'next'])
  })

  it('shows a last line without an end, and takes only the newline off', () => {
    expect(texts(Buffer.concat([frame(1, `${at(1)}   indented \r\n`), frame(1, `${at(2)} open`)]))).toEqual([
      '  indented ',
      'open',
    ])
  })

  it('takes a timestamp that the program wrote itself for text', () => {
    expect(texts(frame(1, `${at(1)} ${at(0)} mine\n`))).toEqual([`${at(0)} mine`])
  })

  it('is empty where there is none', () => {
    expect(texts(Buffer.alloc(0))).toEqual([])
    expect(texts(Buffer.alloc(0), true)).toEqual([])
  })
})

describe('a log of a terminal', () => {
  it('is lines without frames', () => {
    expect(texts(Buffer.from(`${at(1)} one\r\n${at(2)} {"a":1}\r\n`), true)).toEqual(['one', '{"a":1}'])
  })

  it('loses the timestamps that the engine repeats inside a long line', () => {
    const piece = 'x'.repeat(16_384)
    const answer = Buffer.from(`${at(1)} ${piece}${at(1)} ${piece}${at(1)} end\r\n`)
    expect(texts(answer, true)).toEqual([`${piece}${piece}end`])
  })
})
