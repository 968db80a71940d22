import type { CharacterSet } from './character-set.ts'
import { type Expression, UnsupportedExpression } from './expression.ts'

/** One step of a search: it takes a character, goes two ways, asks what stands around it, or has found. */
export type Step =
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'split'; first: number; second: number }
  | {
      readonly kind: 'assertion'
      readonly what: Extract<Expression, { kind: 'assertion' }>['what']
      readonly next: number
    }
  | { readonly kind: 'found' }

export interface Program {
  readonly steps: readonly Step[]
  readonly start: number
}

/** Each character of a line costs at most this many steps. What repeats more often is refused. */
const MAX_STEPS = 4000

/** Thompson's construction: the steps of an expression, each before what follows it. */
export function buildProgram(expression: Expression): Program {
  const steps: Step[] = [{ kind: 'found' }]

  function push(step: Step): number {
    if (steps.length >= MAX_STEPS) throw new UnsupportedExpression('repeating so much, so often')
    return steps.push(step) - 1
  }

  function buildRepeat({ part, min, max }: Extract<Expression, { kind: 'repeat' }>, next: number): number {
    let start = next
    if (max === Number.POSITIVE_INFINITY) {
      const loop: Step = { kind: 'split', first: 0, second: next }
      start = push(loop)
      loop.first = build(part, start)
    } else {
      for (let count = min; count < max; count += 1) {
        const first: number = build(part, start)
        start = push({ kind: 'split', first, second: next })
      }
    }
    for (let count = 0; count < min; count += 1) start = build(part, start)
    return start
  }

  function build(part: Expression, next: number): number {
    switch (part.kind) {
      case 'set':
        return push({ kind: 'set', set: part.set, next })
      case 'assertion':
        return push({ kind: 'assertion', what: part.what, next })
      case 'sequence':
        return part.parts.reduceRight((after, inner) => build(inner, after), next)
      case 'either':
        return part.parts
          .map((inner) => build(inner, next))
          .reduceRight((second, first) => push({ kind: 'split', first, second }))
      case 'repeat':
        return buildRepeat(part, next)
    }
  }

  return { start: build(expression, 0), steps }
}
