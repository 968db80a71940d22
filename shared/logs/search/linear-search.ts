import { contains, NEWLINES, WORD } from './character-set.ts'
import type { Program, Step } from './program.ts'

/** More of a line is not searched, so that the worst expression on the worst line still ends. */
const MAX_LENGTH = 1_048_576
/** States are made as lines need them. When there are so many, none of them is needed often. */
const MAX_STATES = 2000

/** What stands beside a place in the text, for `^`, `$` and `\b`. */
const EDGE = 0
const NEWLINE = 1
const WORD_CHARACTER = 2
const OTHER = 3
type Beside = typeof EDGE | typeof NEWLINE | typeof WORD_CHARACTER | typeof OTHER

/** Where a search stands after some characters: every step that it may be at. */
interface State {
  readonly at: readonly number[]
  readonly before: Beside
  readonly next: (State | undefined)[]
  isFoundAtEnd: boolean | undefined
}

/** Characters that no set of the program tells apart are one class. */
interface Classes {
  readonly classOf: Uint16Array
  readonly besides: readonly Beside[]
  /** By step: the classes that it takes. */
  readonly taken: readonly (Uint8Array | undefined)[]
}

function besideOf(unit: number): Beside {
  if (contains(NEWLINES, unit)) return NEWLINE
  return contains(WORD, unit) ? WORD_CHARACTER : OTHER
}

function buildClasses(steps: readonly Step[]): Classes {
  const sets = new Set([NEWLINES, WORD, ...steps.flatMap((step) => (step.kind === 'set' ? [step.set] : []))])
  const borders = new Set([0, ...[...sets].flatMap((set) => set.flatMap(([from, to]) => [from, to + 1]))])
  const starts = [...borders].filter((border) => border <= 0xffff).sort((a, b) => a - b)
  const classOf = new Uint16Array(0x10000)
  for (const [index, start] of starts.entries()) classOf.fill(index, start)
  const takenBySet = new Map(
    [...sets].map((set) => [set, Uint8Array.from(starts, (unit) => (contains(set, unit) ? 1 : 0))]),
  )
  return {
    classOf,
    besides: starts.map(besideOf),
    taken: steps.map((step) => (step.kind === 'set' ? takenBySet.get(step.set) : undefined)),
  }
}

function holds(what: Extract<Step, { kind: 'assertion' }>['what'], before: Beside, after: Beside): boolean {
  if (what === 'start') return before <= NEWLINE
  if (what === 'end') return after <= NEWLINE
  return ((before === WORD_CHARACTER) !== (after === WORD_CHARACTER)) === (what === 'boundary')
}

/**
 * Finds out whether a program matches anywhere in a text, in time that grows with the text alone: all ways are followed
 * at once, so that no expression can make it try again and again, as the search of the language itself does.
 */
export function createLinearSearch({ steps, start }: Program): (text: string) => boolean {
  const { classOf, besides, taken } = buildClasses(steps)
  let states = new Map<string, State>()
  const found: State = { at: [], before: EDGE, next: [], isFoundAtEnd: true }

  function stateOf(at: readonly number[], before: Beside): State {
    const key = `${before} ${at.join(' ')}`
    const known = states.get(key)
    if (known !== undefined) return known
    if (states.size >= MAX_STATES) states = new Map()
    const state: State = { at, before, next: new Array<State | undefined>(besides.length), isFoundAtEnd: undefined }
    states.set(key, state)
    return state
  }

  /** The steps that take a character, from those of the state, given what follows. Null: it is found. */
  function reach(state: State, after: Beside): number[] | null {
    const seen = new Uint8Array(steps.length)
    const todo = [...state.at]
    const reached: number[] = []
    for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
      const step = steps[index]
      if (step === undefined || seen[index] === 1) continue
      seen[index] = 1
      if (step.kind === 'found') return null
      if (step.kind === 'set') reached.push(index)
      else if (step.kind === 'split') todo.push(step.second, step.first)
      else if (holds(step.what, state.before, after)) todo.push(step.next)
    }
    return reached
  }

  function follow(state: State, kind: number): State {
    const beside = besides[kind] ?? OTHER
    const reached = reach(state, beside)
    if (reached === null) return found
    const next = new Set([start])
    for (const index of reached) {
      const step = steps[index]
      if (step?.kind === 'set' && taken[index]?.[kind] === 1) next.add(step.next)
    }
    return stateOf(
      [...next].sort((a, b) => a - b),
      beside,
    )
  }

  return (text) => {
    const end = Math.min(text.length, MAX_LENGTH)
    let state = stateOf([start], EDGE)
    for (let at = 0; at < end; at += 1) {
      const kind = classOf[text.charCodeAt(at)] ?? 0
      let next = state.next[kind]
      if (next === undefined) {
        next = follow(state, kind)
        state.next[kind] = next
      }
      if (next === found) return true
      state = next
    }
    state.isFoundAtEnd ??= reach(state, EDGE) === null
    return state.isFoundAtEnd
  }
}
