import { describe, expect, test } from 'vitest'
import type { Observed } from '../contract/monitor.ts'
import { fillTimeline, type Stretch, uptimeOf, worstOfParts } from './timeline.ts'

const stretch = (fromMs: number, toMs: number, state: Observed): Stretch => ({ fromMs, toMs, state })

test('a timeline covers its range, and what nobody saw is unobserved', () => {
  const seen = [stretch(10, 20, 'healthy'), stretch(20, 25, 'healthy'), stretch(40, 60, 'down')]
  expect(fillTimeline(seen, 0, 50)).toEqual([
    stretch(0, 10, 'unobserved'),
    stretch(10, 25, 'healthy'),
    stretch(25, 40, 'unobserved'),
    stretch(40, 50, 'down'),
  ])
  expect(fillTimeline([], 0, 50)).toEqual([stretch(0, 50, 'unobserved')])
})

test('where two stretches overlap the later one counts', () => {
  expect(fillTimeline([stretch(0, 30, 'healthy'), stretch(20, 40, 'down')], 0, 40)).toEqual([
    stretch(0, 20, 'healthy'),
    stretch(20, 40, 'down'),
  ])
})

describe('uptime', () => {
  test.each<[string, Stretch[], number | null, number]>([
    ['nothing seen', [], null, 0],
    ['healthy all the time', [stretch(0, 100, 'healthy')], 1, 1],
    ['degraded is up', [stretch(0, 50, 'healthy'), stretch(50, 100, 'degraded')], 1, 1],
    ['a quarter down', [stretch(0, 75, 'healthy'), stretch(75, 100, 'down')], 0.75, 1],
    ['unobserved time counts as neither', [stretch(0, 30, 'healthy'), stretch(90, 100, 'down')], 0.75, 0.4],
    ['what could not be seen is not observed', [stretch(0, 50, 'healthy'), stretch(50, 100, 'unknown')], 1, 0.5],
    ['maintenance is observed and not judged', [stretch(0, 20, 'down'), stretch(20, 100, 'maintenance')], 0, 1],
    ['only maintenance', [stretch(0, 100, 'maintenance')], null, 1],
    ['what lies outside the range does not count', [stretch(-100, 50, 'healthy'), stretch(50, 300, 'down')], 0.5, 1],
  ])('%s', (_name, stretches, up, observed) => {
    const uptime = uptimeOf(stretches, 0, 100)
    expect([uptime.up, uptime.observed]).toEqual([up, observed])
  })
})

test('each part of a day shows the worst that was seen in it', () => {
  const seen = [
    stretch(0, 12, 'healthy'),
    stretch(12, 13, 'down'),
    stretch(13, 20, 'healthy'),
    stretch(30, 35, 'unknown'),
  ]
  expect(worstOfParts(seen, { fromMs: 0, toMs: 50, parts: 5 })).toEqual([
    'healthy',
    'down',
    'unobserved',
    'unknown',
    'unobserved',
  ])
})
