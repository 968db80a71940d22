/** Random choices that a seed repeats: a failing run is found again by its number. */
export interface TestRandom {
  below(limit: number): number
  pick<Item>(items: readonly Item[]): Item
}

export function createTestRandom(seed: number): TestRandom {
  let state = seed >>> 0
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number] }
}
