import { type CharacterSet, complement, DIGITS, ignoringCase, NEWLINES, SPACE, unite, WORD } from './character-set.ts'

/** A regular expression in the narrow sense: what can be searched for in the time that reading takes. */
export type Expression =
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly literal: string | null }
  | { readonly kind: 'assertion'; readonly what: 'start' | 'end' | 'boundary' | 'no-boundary' }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'either'; readonly parts: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly part: Expression; readonly min: number; readonly max: number }

/** What JavaScript knows and what cannot be searched for in bounded time. */
export class UnsupportedExpression extends Error {}

const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
}
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 }

const unitSet = (unit: number): CharacterSet => [[unit, unit]]

/** Reads an expression that the language itself accepts (without the `u` and `v` flags). */
export class ExpressionParser {
  private at = 0
  private readonly pattern: string
  private readonly ignoreCase: boolean
  private readonly sets = new Map<string, CharacterSet>()

  constructor(pattern: string, ignoreCase: boolean) {
    this.pattern = pattern
    this.ignoreCase = ignoreCase
  }

  parse(): Expression {
    return this.either()
  }

  private peek(): string | undefined {
    return this.pattern[this.at]
  }

  private take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  private match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at
    const match = sticky.exec(this.pattern)
    if (match !== null) this.at += match[0].length
    return match
  }

  private either(): Expression {
    const parts = [this.sequence()]
    while (this.take('|')) parts.push(this.sequence())
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'either', parts }
  }

  private sequence(): Expression {
    const parts: Expression[] = []
    for (let next = this.peek(); next !== undefined && next !== '|' && next !== ')'; next = this.peek()) {
      parts.push(this.repeated(this.atom()))
    }
    return { kind: 'sequence', parts }
  }

  private repeated(part: Expression): Expression {
    const match = this.match(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y)
    if (match === null) return part
    const [, sign, low, comma, high] = match
    if (sign !== undefined) {
      return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY }
    }
    const max = comma === undefined ? low : high === '' ? Number.POSITIVE_INFINITY : high
    return { kind: 'repeat', part, min: Number(low), max: Number(max) }
  }

  private atom(): Expression {
    if (this.take('^')) return { kind: 'assertion', what: 'start' }
    if (this.take('$')) return { kind: 'assertion', what: 'end' }
    if (this.take('.')) return this.asSet('.', complement(NEWLINES), null)
    if (this.peek() === '(') return this.group()
    if (this.peek() === '[') return this.characterClass()
    if (this.peek() === '\\') return this.escape()
    return this.literal(this.pattern.charCodeAt(this.at++))
  }

  private literal(unit: number): Expression {
    return this.asSet(`unit ${unit}`, unitSet(unit), String.fromCharCode(unit))
  }

  private asSet(name: string, set: CharacterSet, literal: string | null): Expression {
    const known = this.sets.get(name) ?? (this.ignoreCase ? ignoringCase(set) : set)
    this.sets.set(name, known)
    return { kind: 'set', set: known, literal }
  }

  private group(): Expression {
    if (this.match(/\((?:\?(?=[=!]|<[=!]))/y) !== null) throw new UnsupportedExpression('looking ahead or behind')
    if (this.match(/\(\?[a-z-]+:/y) !== null) throw new UnsupportedExpression('flags within the expression')
    this.match(/\((?:\?:|\?<[^>]*>)?/y)
    const inner = this.either()
    this.take(')')
    return inner
  }

  private escape(): Expression {
    if (this.take('\\b')) return { kind: 'assertion', what: 'boundary' }
    if (this.take('\\B')) return { kind: 'assertion', what: 'no-boundary' }
    const { name, set, unit } = this.escaped(false)
    return unit === null ? this.asSet(name, set, null) : this.literal(unit)
  }

  /** What stands behind a backslash: a class, or one unit. */
  private escaped(inClass: boolean): { name: string; set: CharacterSet; unit: number | null } {
    const one = (unit: number) => ({ name: `unit ${unit}`, set: unitSet(unit), unit })
    const hex = this.match(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4}))/y)
    if (hex !== null) return one(Number.parseInt(hex[1] ?? hex[2] ?? '', 16))
    const control = this.match(/\\c([A-Za-z])/y)
    if (control !== null) return one((control[1] ?? '').charCodeAt(0) % 32)
    if (this.match(/\\(?:[1-9]|0\d)/y) !== null) throw new UnsupportedExpression('referring back to a group')
    if (this.pattern.includes('(?<') && this.take('\\k')) throw new UnsupportedExpression('referring back to a group')
    // JavaScript takes this backslash, and only this one, for itself.
    if (this.match(/\\(?=c)/y) !== null) return one(92)
    this.at += 1
    const next = this.pattern[this.at] ?? ''
    this.at += 1
    const set = CLASSES[next]
    if (set !== undefined) return { name: next, set, unit: null }
    if (inClass && next === 'b') return one(8)
    return one(CONTROLS[next] ?? next.charCodeAt(0))
  }

  private classItem(): { set: CharacterSet; unit: number | null } {
    if (this.peek() === '\\') return this.escaped(true)
    const unit = this.pattern.charCodeAt(this.at)
    this.at += 1
    return { set: unitSet(unit), unit }
  }

  private characterClass(): Expression {
    const start = this.at
    this.at += 1
    const isNegated = this.take('^')
    const sets: CharacterSet[] = []
    while (this.at < this.pattern.length && this.peek() !== ']') {
      const first = this.classItem()
      const isRange = this.peek() === '-' && ![undefined, ']'].includes(this.pattern[this.at + 1])
      if (!isRange) {
        sets.push(first.set)
        continue
      }
      this.at += 1
      const last = this.classItem()
      if (first.unit === null || last.unit === null) sets.push(first.set, unitSet(45), last.set)
      else sets.push([[first.unit, last.unit]])
    }
    this.at += 1
    const name = this.pattern.slice(start, this.at)
    const known = this.sets.get(name)
    if (known !== undefined) return { kind: 'set', set: known, literal: null }
    const united = this.ignoreCase ? ignoringCase(unite(...sets)) : unite(...sets)
    const set = isNegated ? complement(united) : united
    this.sets.set(name, set)
    return { kind: 'set', set, literal: null }
  }
}

/** More alternatives than this are not worth looking for beforehand. */
const MAX_ALTERNATIVES = 20

/** How much looking for these texts beforehand tells: as much as the shortest of them. */
const worth = (texts: readonly string[]) => (texts.length === 0 ? 0 : Math.min(...texts.map(({ length }) => length)))

function requiredOfSequence(parts: readonly Expression[]): readonly string[] {
  let best: readonly string[] = []
  let run = ''
  for (const part of parts) {
    const literal = part.kind === 'set' ? part.literal : null
    run = literal === null ? '' : run + literal
    const candidate = literal === null ? requiredTexts(part) : [run]
    if (worth(candidate) > worth(best)) best = candidate
  }
  return best
}

/** Texts of which at least one stands in everything that matches: what has none need not be looked at. Empty: not known. */
export function requiredTexts(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'assertion':
      return []
    case 'set':
      return expression.literal === null ? [] : [expression.literal]
    case 'sequence':
      return requiredOfSequence(expression.parts)
    case 'repeat':
      return expression.min === 0 ? [] : requiredTexts(expression.part)
    case 'either': {
      const texts = expression.parts.map(requiredTexts)
      const all = texts.flat()
      return texts.some((of) => of.length === 0) || all.length > MAX_ALTERNATIVES ? [] : all
    }
  }
}
