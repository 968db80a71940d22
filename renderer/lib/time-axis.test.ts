import { expect, it } from 'vitest'
import { timeTicks } from './time-axis.ts'

const at = (hour: number, minute = 0, day = 10) => new Date(2026, 2, day, hour, minute).getTime()

it.each<[string, number, number, string[]]>([
  ['an hour in quarters', at(14, 2), at(15, 2), ['14:15', '14:30', '14:45', '15:00']],
  ['a day in six hours', at(14, 2), at(14, 2, 11), ['18:00', '11', '06:00', '12:00']],
  ['a week in days', at(14, 2), at(14, 2, 16), ['12', '14', '16']],
  ['a year in quarters', at(14, 2), at(14, 2, 375), ['Jun', 'Sep', 'Dec', 'Mar']],
])('labels %s at round times of the local clock', (_name, from, to, labels) => {
  const ticks = timeTicks(from, to, 4)
  expect(ticks.map(({ label }, index) => label.includes(labels[index] ?? 'none'))).toEqual(labels.map(() => true))
  for (const { at } of ticks) expect(at >= from && at <= to).toBe(true)
})

it('has no ticks for no time', () => expect(timeTicks(5, 5, 6)).toEqual([]))
