import { describe, expect, it } from 'vitest'
import { type LogFilter, logFilterSchema } from '../contract/logs.ts'
import { flattenFields, pickFields } from './line-fields.ts'
import { createLineParser } from './line-parser.ts'
import { compileFilter } from './log-filter.ts'

const parser = createLineParser('auto')
const LINES: Readonly<Record<string, { service: string; at: string; text: string }>> = {
  pino: {
    service: 'api',
    at: '2026-11-21T20:00:00.000000001Z',
    text: '{"level":50,"req":{"id":"r1"},"tenant":null,"n":1,"msg":"Boom"}',
  },
  dotted: {
    service: 'api',
    at: '2026-11-21T20:00:00.000000002Z',
    text: '{"level":30,"req.id":"r1","tags":["a","b"],"msg":"fine"}',
  },
  redis: { service: 'redis', at: '2026-11-21T20:00:01Z', text: '1:M 21 Nov 2026 20:00:00.123 # low on memory' },
  colours: { service: 'web', at: '2026-11-21T20:00:02Z', text: '\u001b[36menv\u001b[0m=\u001b[35mdev\u001b[0m' },
  plain: { service: 'web', at: '2026-11-21T20:00:03Z', text: 'nothing (yet) to say\nERROR at the second line' },
}

const toNs = (iso: string) => {
  const [seconds = '', fraction = ''] = iso.replace('Z', '').split('.')
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function passing(filter: Partial<LogFilter>): string[] {
  const { passes } = compileFilter(logFilterSchema.parse(filter))
  return Object.keys(LINES).filter((name) => {
    const { service, at, text } = LINES[name] ?? { service: '', at: '', text: '' }
    return passes({ service, level: parser.readLevel(text), timeNs: toNs(at), text, parsed: () => parser.parse(text) })
  })
}

const all = Object.keys(LINES)
const is = (field: string, value: string) => ({ field, value, exclude: false })
const isNot = (field: string, value: string) => ({ field, value, exclude: true })

const FILTERS: readonly [Partial<LogFilter>, string[]][] = [
  [{}, all],
  [{ services: ['redis', 'web'] }, ['redis', 'colours', 'plain']],
  [{ levels: ['error', 'warn'] }, ['pino', 'redis']],
  [{ levels: ['none'] }, ['colours', 'plain']],
  [{ from: '2026-11-21T20:00:00.000000002Z', to: '2026-11-21T20:00:01Z' }, ['dotted', 'redis']],
  [{ from: '2026-11-21T21:00:02+01:00' }, ['colours', 'plain']],
  [{ fields: [is('req.id', 'r1')] }, ['pino', 'dotted']],
  [{ fields: [is('req.id', 'r1'), isNot('level', '50')] }, ['dotted']],
  [{ fields: [isNot('req.id', 'r1')] }, ['redis', 'colours', 'plain']],
  [{ fields: [is('n', '1')] }, ['pino']],
  [{ fields: [is('tenant', 'null')] }, ['pino']],
  [{ fields: [is('tags', '["a","b"]')] }, ['dotted']],
  [{ fields: [is('role', 'master')] }, ['redis']],
  [{ fields: [is('__proto__', 'x')] }, []],
  [{ text: 'BOOM' }, ['pino']],
  [{ text: 'BOOM', matchCase: true }, []],
  [{ text: '(yet)' }, ['plain']],
  [{ text: 'env=dev' }, ['colours']],
  [{ text: '^ERROR', regularExpression: true }, ['plain']],
  [{ text: 'low on|boom', regularExpression: true }, ['pino', 'redis']],
  [{ text: 'boom', services: ['api'], levels: ['error'], fields: [is('n', '1')] }, ['pino']],
]

describe('compileFilter', () => {
  it.each(FILTERS)('lets pass what fulfils every condition: %j', (filter, expected) => {
    expect(passing(filter)).toEqual(expected)
  })

  it('says what is wrong with a filter that cannot be used', () => {
    expect(() => passing({ text: '(', regularExpression: true })).toThrow('The regular expression ( cannot be read')
    expect(() => passing({ from: 'yesterday' })).toThrow('The beginning of the filter, yesterday, is no time')
  })

  it('finds every field by the path and the value that are shown for it', () => {
    for (const { text } of Object.values(LINES)) {
      const parsed = parser.parse(text)
      for (const { field, value } of flattenFields(parsed)) {
        const { hasFields } = compileFilter(logFilterSchema.parse({ fields: [is(field, value)] }))
        expect(hasFields?.(parsed), `${field} = ${value}`).toBe(true)
      }
    }
  })
})

describe('pickFields', () => {
  it('takes the key fields that a line has, nested ones by their path', () => {
    const parsed = parser.parse(LINES.pino?.text ?? '')
    expect(pickFields(parsed, ['req.id', 'tenant', 'absent', 'n', 'req'])).toEqual({
      'req.id': 'r1',
      n: '1',
      req: '{"id":"r1"}',
    })
    expect(pickFields(parser.parse('plain'), ['req.id'])).toEqual({})
  })
})
