import { count } from '../lib/format.ts'
import type { Tone } from '../theme.ts'

/** A pace of a week says nothing of what is further away. */
const FARTHEST_DAYS = 365
/** Time enough to order a disk is not time enough to be calm. */
const SOON_DAYS = 14
const NOW_DAYS = 3

/** When the disk is full, as far as it can be said, and how pressing that is. */
export function forecastSentence(fullInDays: number | null): { readonly text: string; readonly tone: Tone } {
  if (fullInDays === null) return { text: 'When it will be full cannot be foreseen.', tone: 'idle' }
  if (fullInDays >= FARTHEST_DAYS) return { text: 'At the pace of the last week it lasts over a year.', tone: 'ok' }
  if (fullInDays < 1) return { text: 'At the pace of the last week it is full within a day.', tone: 'bad' }
  const tone = fullInDays <= NOW_DAYS ? 'bad' : fullInDays <= SOON_DAYS ? 'warn' : 'ok'
  return { text: `At the pace of the last week it is full in ${count(Math.floor(fullInDays), 'day')}.`, tone }
}
