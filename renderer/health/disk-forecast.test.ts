import { expect, it } from 'vitest'
import { forecastSentence } from './disk-forecast.ts'

it.each([
  [null, 'When it will be full cannot be foreseen.', 'idle'],
  [0.4, 'At the pace of the last week it is full within a day.', 'bad'],
  [1.9, 'At the pace of the last week it is full in 1 day.', 'bad'],
  [9, 'At the pace of the last week it is full in 9 days.', 'warn'],
  [200, 'At the pace of the last week it is full in 200 days.', 'ok'],
  [4000, 'At the pace of the last week it lasts over a year.', 'ok'],
] as const)('%s days: %s', (days, text, tone) => expect(forecastSentence(days)).toEqual({ text, tone }))
