/** Sets of UTF-16 code units, as ranges in order that do not touch each other. */
export type CharacterSet = readonly (readonly [number, number])[]

const LAST_UNIT = 0xffff

function merged(ranges: readonly (readonly [number, number])[]): CharacterSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const result: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}

export function unite(...sets: readonly CharacterSet[]): CharacterSet {
  return merged(sets.flat())
}

export function complement(set: CharacterSet): CharacterSet {
  const result: [number, number][] = []
  let from = 0
  for (const [start, end] of set) {
    if (start > from) result.push([from, start - 1])
    from = end + 1
  }
  if (from <= LAST_UNIT) result.push([from, LAST_UNIT])
  return result
}

export function contains(set: CharacterSet, unit: number): boolean {
  return set.some(([from, to]) => unit >= from && unit <= to)
}

const code = (text: string) => text.charCodeAt(0)

export const NEWLINES: CharacterSet = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]
export const DIGITS: CharacterSet = [[code('0'), code('9')]]
export const WORD: CharacterSet = [
  [code('0'), code('9')],
  [code('A'), code('Z')],
  [code('_'), code('_')],
  [code('a'), code('z')],
]
/** What `\s` stands for. */
export const SPACE: CharacterSet = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]

/** Upper case by the rule of regular expressions: one unit for one, and nothing outside ASCII becomes ASCII. */
function canonical(unit: number): number {
  const upper = String.fromCharCode(unit).toUpperCase()
  if (upper.length !== 1) return unit
  return unit >= 128 && code(upper) < 128 ? unit : code(upper)
}

let variants: readonly (readonly number[])[] | undefined

/** Which units count as the same when case is ignored. Made once: it asks of every unit. */
function caseVariants(): readonly (readonly number[])[] {
  if (variants !== undefined) return variants
  const groups = new Map<number, number[]>()
  for (let unit = 0; unit <= LAST_UNIT; unit += 1) {
    const same = canonical(unit)
    const group = groups.get(same)
    if (group === undefined) groups.set(same, [unit])
    else group.push(unit)
  }
  variants = [...groups.values()].filter((group) => group.length > 1)
  return variants
}

/** The set with every unit that differs from one of it by case only. */
export function ignoringCase(set: CharacterSet): CharacterSet {
  const touched = caseVariants().filter((group) => group.some((unit) => contains(set, unit)))
  return unite(
    set,
    touched.flatMap((group) => group.map((unit) => [unit, unit] as const)),
  )
}
