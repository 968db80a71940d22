import { expect, it } from 'vitest'
import { lengthWords, type SeenInPart, seenParts } from './incident-length.ts'

const HOUR = 3_600_000
const at = (hour: number) => new Date(new Date(2026, 4, 1, 18).getTime() + hour * HOUR).toISOString()
const now = Date.parse(at(70))

it.each<[string, SeenInPart, string, RegExp | null]>([
  ['somebody looked all the time', { from: at(0), to: at(2), unseen: [] }, '2 h', null],
  ['it goes on', { from: at(68), to: null, unseen: [] }, 'open for 2 h', null],
  [
    'the app was closed before it ended',
    { from: at(0), to: at(63), unseen: [{ from: at(0.5), to: at(63) }] },
    'at least 30 min',
    /^then not observed until .*09:00$/,
  ],
  [
    'it goes on, and nobody looks',
    { from: at(0), to: null, unseen: [{ from: at(2), to: null }] },
    'at least 2 h',
    /^not observed since .*20:00$/,
  ],
  [
    'the computer slept in between',
    { from: at(0), to: at(10), unseen: [{ from: at(2), to: at(6) }] },
    'at least 6 h',
    /^not observed for 4 h in between$/,
  ],
  [
    'it was out of sight twice, and then again to its end',
    {
      from: at(0),
      to: at(10),
      unseen: [
        { from: at(1), to: at(2) },
        { from: at(8), to: at(10) },
      ],
    },
    'at least 7 h',
    /^then not observed until/,
  ],
])('tells how long it lasted where %s', (_name, incident, length, doubt) => {
  const words = lengthWords(incident, now)
  expect(words.length).toBe(length)
  if (doubt === null) expect(words.doubt).toBeNull()
  else expect(words.doubt).toMatch(doubt)
})

it('is drawn only where somebody looked', () => {
  const parts = (incident: SeenInPart) =>
    seenParts(incident, now).map(({ from, to }) => [(from - Date.parse(at(0))) / HOUR, (to - Date.parse(at(0))) / HOUR])
  expect(
    parts({
      from: at(0),
      to: at(10),
      unseen: [
        { from: at(2), to: at(6) },
        { from: at(8), to: at(10) },
      ],
    }),
  ).toEqual([
    [0, 2],
    [6, 8],
  ])
  expect(parts({ from: at(0), to: null, unseen: [{ from: at(3), to: null }] })).toEqual([[0, 3]])
  expect(parts({ from: at(68), to: null, unseen: [] })).toEqual([[68, 70]])
})
