/**
 * How often values of about the same size were seen: from that quantiles of any span can be told, which the quantiles
 * of its parts cannot. Each size is eight to the doubling, so that a quantile is told to within five percent.
 */
export type Digest = ReadonlyMap<number, number>

const SIZES_A_DOUBLING = 8

/** The size of a value, by number; all below one are one size. */
export function sizeOf(value: number): number {
  return value < 1 ? -1 : Math.floor(Math.log2(value) * SIZES_A_DOUBLING)
}

export function digestOf(values: readonly number[]): Digest {
  return addDigests(values.map((value) => new Map([[sizeOf(value), 1]])))
}

export function addDigests(digests: readonly Digest[]): Digest {
  const sum = new Map<number, number>()
  for (const digest of digests) {
    for (const [size, amount] of digest) sum.set(size, (sum.get(size) ?? 0) + amount)
  }
  return sum
}

/** A share of the values lies at or below it: 0.5 is the median. Null without values. */
export function quantileOf(digest: Digest, share: number): number | null {
  const sizes = [...digest].sort(([a], [b]) => a - b)
  const place = (sizes.reduce((sum, [, amount]) => sum + amount, 0) - 1) * share
  let below = 0
  for (const [size, amount] of sizes) {
    // As if the values of one size lay evenly over it.
    if (place < below + amount) return valueAt(size, (place - below + 0.5) / amount)
    below += amount
  }
  return null
}

function valueAt(size: number, share: number): number {
  const within = Math.min(1, Math.max(0, share))
  return size < 0 ? within : 2 ** ((size + within) / SIZES_A_DOUBLING)
}
