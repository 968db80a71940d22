import { describe, expect, it } from 'vitest'
import { isSlipwayError } from '../../errors.ts'
import { createTestRandom, type TestRandom } from '../test-random.ts'
import { searchExpression, searchText } from './text-search.ts'

const ATOMS = [
  ...[
    'a',
    'A',
    'b',
    'B',
    'é',
    'É',
    'ß',
    'K',
    '\u212a',
    '_',
    '1',
    ' ',
    '-',
    '.',
    '\\.',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
  ],
  ...[
    '\\S',
    '\\b',
    '\\B',
    '^',
    '$',
    '[ab]',
    '[^a]',
    '[a-c1]',
    '[^\\d\\s]',
    '[\\w-]',
    '[-a]',
    '[^]',
    '[]',
    '[b-]',
    '[\\b]',
  ],
  ...['\\x41', '\\u0062', '\\n', '\\cJ', '{', '}', ']', 'x{', '\\/', '\\-', '[\\]a]', '[\\W]', '[é-ü]'],
]
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,}', '{0,2}', '{0}', '*?', '+?', '??', '{1,3}?']

function randomExpression(random: TestRandom, depth: number): string {
  const parts = Array.from({ length: 1 + random.below(4) }, () => {
    const isGroup = depth > 0 && random.below(4) === 0
    const atom = isGroup
      ? `${random.pick(['(', '(?:', '(?<n>'])}${randomExpression(random, depth - 1)})`
      : random.pick(ATOMS)
    const mayRepeat = isGroup || !['\\b', '\\B', '^', '$', 'x{'].includes(atom)
    return mayRepeat && random.below(3) === 0 ? atom + random.pick(QUANTIFIERS) : atom
  }).join('')
  return random.below(6) === 0 ? `${parts}|${random.pick(ATOMS)}` : parts
}

function randomText(random: TestRandom): string {
  const letters = [
    'a',
    'a',
    'A',
    'b',
    'B',
    'é',
    'É',
    'ß',
    'k',
    'K',
    '\u212a',
    '_',
    '1',
    ' ',
    '-',
    '\n',
    '{',
    ']',
    'x',
    '.',
    '\u2028',
  ]
  return Array.from({ length: random.below(12) }, () => random.pick(letters)).join('')
}

describe('searchExpression', () => {
  it('finds what the search of the language finds, for any expression and text', () => {
    const random = createTestRandom(4)
    let compared = 0
    let found = 0
    for (let run = 0; run < 1500; run += 1) {
      const pattern = randomExpression(random, 3)
      const matchCase = random.below(2) === 0
      let native: RegExp
      try {
        native = new RegExp(pattern, matchCase ? 'm' : 'im')
      } catch {
        expect(() => searchExpression(pattern, matchCase)).toThrow('cannot be read')
        continue
      }
      const search = searchExpression(pattern, matchCase)
      for (let line = 0; line < 20; line += 1) {
        const text = randomText(random)
        const expected = native.test(text)
        if (search(text) !== expected)
          expect.unreachable(`${pattern} ${matchCase} in ${JSON.stringify(text)}: ${expected}`)
        compared += 1
        if (expected) found += 1
      }
    }
    expect(compared).toBeGreaterThan(15_000)
    expect(found / compared).toBeGreaterThan(0.2)
    expect(found / compared).toBeLessThan(0.8)
  })

  it.each([
    ['(a+)+$', false],
    ['^(a|a)*$', false],
    ['(.*a){20}$', false],
    ['(a*)*(a*)*(a*)*x', false],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', false],
    ['(a?){50}a{50}$', false],
    ['\\s*\\s*\\s*$', true],
  ])('ends for %s, which takes the search of the language for ever', (pattern, expected) => {
    expect(searchExpression(pattern, true)(`${'a'.repeat(50_000)}!`)).toBe(expected)
  })

  it.each([
    ['(unclosed', 'Unterminated group'],
    ['[z-a]', 'out of order'],
    ['a**', 'Nothing to repeat'],
    ['(?=a)b', 'looking ahead or behind'],
    ['(?<!a)b', 'looking ahead or behind'],
    ['(a)\\1', 'referring back'],
    ['(?<x>a)\\k<x>', 'referring back'],
    ['(?i:a)', 'flags within'],
    ['((a{100}){100}){100}', 'repeating so much'],
  ])('refuses %s and says why', (pattern, reason) => {
    try {
      searchExpression(pattern, false)
    } catch (error) {
      expect(isSlipwayError(error) && error.code).toBe('input.invalid')
      expect(String(error)).toContain(reason)
      return
    }
    expect.unreachable('it was taken')
  })
})

describe('searchText', () => {
  it('takes a text as it is, in any case unless it is to match', () => {
    expect(searchText('a.b(', false)('xxA.B(yy')).toBe(true)
    expect(searchText('a.b(', false)('xxAxB(yy')).toBe(false)
    expect(searchText('GET', true)('get')).toBe(false)
    expect(searchText('ÜBER', false)('über')).toBe(true)
    expect(searchText('[12]', false)('x [12]')).toBe(true)
  })
})
