import { capitalize } from '../../shared/capitalize.ts'
import { count } from '../lib/format.ts'

/** How many marks there are, and how many of them the list of the newest does not show; null: it shows all of them. */
export function markWords(told: number, leftOut: number, mostRows: number) {
  const least = leftOut === 0 ? '' : 'at least '
  const unlisted = Math.max(0, told - mostRows) + leftOut
  return {
    all: `${capitalize(`${least}${count(told + leftOut, 'mark')}`)} in this range`,
    unlisted: unlisted === 0 ? null : `Not shown: ${least}${count(unlisted, 'earlier mark')}.`,
  }
}
