import { describe, expect, it } from 'vitest'
import { logFormatSchema } from '../runbook/schema.ts'
import { MAX_MESSAGE_LENGTH } from './clean-text.ts'
import { HOSTILE_LINES } from './hostile-lines.ts'
import { flattenFields, pickFields } from './line-fields.ts'
import { createLineParser } from './line-parser.ts'

const FORMATS = logFormatSchema.shape.format.unwrap().options
const NEXT = '{"level":40,"time":1795291200123,"msg":"the next line","requestId":"r1"}'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a row must not have.
const UNREADABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

describe('a hostile line', () => {
  it('is one of a hundred', () => {
    expect(HOSTILE_LINES.length).toBeGreaterThanOrEqual(100)
  })

  it.each(HOSTILE_LINES)('is a row that can be read: %s', (_name, text, level, shown) => {
    const parser = createLineParser('auto')
    const parsed = parser.parse(text)
    expect(parsed.level).toBe(level)
    expect(parsed.message.slice(0, 500)).toContain(shown)
    expect(parsed.message.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH)
    expect(parsed.message).not.toMatch(UNREADABLE)
    expect(parsed.message.isWellFormed()).toBe(true)
    if (text.length > 1_048_576) expect(parsed.note).not.toBeNull()
    const fields = flattenFields(parsed)
    expect(fields.length).toBeLessThanOrEqual(1000)
    expect(Math.max(0, ...fields.map(({ value }) => value.length))).toBeLessThanOrEqual(2000)
    expect(Object.keys(pickFields(parsed, ['__proto__', 'constructor.name', 'toString.length', 'a.b.c']))).toEqual(
      fields.some(({ field }) => field.startsWith('__proto__')) ? ['__proto__'] : [],
    )
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  it.each(HOSTILE_LINES)('leaves the next line as it is, in any format: %s', (_name, text) => {
    const isLarge = text.length > 200_000
    for (const format of isLarge ? (['pino', 'postgresql'] as const) : FORMATS) {
      const parser = createLineParser(format, format === 'json' ? { level: 'ctx.level', message: 'm' } : undefined)
      expect(parser.readLevel(text), format).toBe(parser.parse(text).level)
      const numbered = format === 'python' || format === 'structlog'
      expect(parser.parse(NEXT)).toMatchObject({
        level: numbered ? 'error' : 'warn',
        message: 'the next line',
        note: null,
      })
    }
  })
})
