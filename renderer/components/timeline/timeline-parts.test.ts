import { expect, it } from 'vitest'
import type { Mark, Segment } from '../../../shared/contract/monitor.ts'
import { drawnParts, marksAt, placeSegments, segmentAt } from './timeline-parts.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
const ms = (minute: number) => Date.parse(at(minute))
const segments: Segment[] = [
  { from: at(0), to: at(10), state: 'healthy' },
  { from: at(10), to: at(15), state: 'down' },
  { from: at(20), to: at(40), state: 'healthy' },
]

it('cuts the segments at both ends, and leaves a hole where nothing is known', () => {
  expect(placeSegments(segments, ms(5), ms(25)).map(({ state, left, width }) => [state, left, width])).toEqual([
    ['healthy', 0, 25],
    ['down', 25, 25],
    ['healthy', 75, 25],
  ])
})

it('draws of thousands of segments the worst in each part, and as they are of a few', () => {
  expect(drawnParts(segments, ms(0), ms(40))).toEqual(placeSegments(segments, ms(0), ms(40)))
  const flapping = Array.from({ length: 20_000 }, (_, index): Segment => {
    return { from: at(index), to: at(index + 1), state: index === 9_000 ? 'down' : index % 2 ? 'degraded' : 'healthy' }
  })
  const drawn = drawnParts(flapping, ms(0), ms(20_000))
  expect(drawn.map(({ state }) => state)).toEqual(['degraded', 'down', 'degraded'])
  expect(drawn[1]?.left).toBeCloseTo(45, 0)
  expect(drawn.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(100, 5)
})

it('finds the segment at a time', () => {
  expect(segmentAt(segments, ms(10))?.state).toBe('down')
  expect(segmentAt(segments, ms(17))).toBeNull()
})

it('finds what is marked at or near a time', () => {
  const mark = (id: string, kind: Mark['kind'], from: number, to: number | null): Mark => ({
    id,
    kind,
    title: id,
    from: at(from),
    to: to === null ? null : at(to),
  })
  const marks = [
    mark('upgrade', 'operation', 10, 12),
    mark('restart', 'restart', 20, null),
    mark('open', 'incident', 30, null),
  ]
  const found = (minute: number) => marksAt(marks, ms(minute), 60_000).map(({ id }) => id)
  expect(found(11)).toEqual(['upgrade'])
  expect(found(14)).toEqual([])
  expect(found(21)).toEqual(['restart'])
  expect(found(55)).toEqual(['open'])
  const unseen = [
    { from: at(40), to: at(50) },
    { from: at(60), to: null },
  ]
  const seen = (minute: number) => marksAt([{ ...mark('open', 'incident', 30, null), unseen }], ms(minute), 0).length
  expect([35, 45, 55, 65].map(seen)).toEqual([1, 0, 1, 0])
})
