/** A while in milliseconds since 1970. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

type Values = readonly (number | null)[]

/** A look that came a little late is no gap; one that did not come at all is. */
const LATE_FACTOR = 2

/**
 * What the line is drawn by. A figure that is taken more rarely than the chart has places (a disk each five minutes)
 * would be nothing but dots: from one value to the next as it is usually taken the line is straight. Over a longer
 * while, and over any time that nobody observed, it stays broken.
 */
export function joinShortGaps(values: Values, times: readonly number[], unobserved: readonly Stretch[]): Values {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ index, value }]))
  const most = usualDistance(known.map(({ index }) => index)) * LATE_FACTOR
  const drawn = [...values]
  known.forEach((end, place) => {
    const begin = known[place - 1]
    if (begin === undefined || end.index - begin.index > most) return
    if (isBroken(times[begin.index] ?? 0, times[end.index] ?? 0, unobserved)) return
    for (let index = begin.index + 1; index < end.index; index += 1) {
      const share = (index - begin.index) / (end.index - begin.index)
      drawn[index] = begin.value + (end.value - begin.value) * share
    }
  })
  return drawn
}

/** The middle of the distances from one known value to the next, in places of the chart. */
function usualDistance(places: readonly number[]): number {
  const distances = places.slice(1).map((place, index) => place - (places[index] ?? 0))
  return distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 1
}

function isBroken(fromMs: number, toMs: number, unobserved: readonly Stretch[]): boolean {
  return unobserved.some(({ from, to }) => from < toMs && to > fromMs)
}

/** What was measured at a place: where the line is drawn between two values, the one before. */
export function measuredAt(values: Values, drawn: Values, index: number): number | null {
  const value = values[index] ?? null
  if (value !== null || (drawn[index] ?? null) === null) return value
  return values.slice(0, index).findLast((before) => before !== null) ?? null
}
