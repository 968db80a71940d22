import { expect, it } from 'vitest'
import type { FleetHost } from '../../shared/contract/monitor.ts'
import { followMatters } from './settled-matters.ts'

const host = (connected: boolean, ...openIncidents: (string | null)[]) =>
  ({ hostId: 'h', connected, stacks: openIncidents.map((openIncident) => ({ openIncident })) }) as FleetHost

/** What is told to be over, picture by picture. */
function settledBy(...pictures: FleetHost[]): string[][] {
  let open: ReadonlyMap<string, string> = new Map()
  return pictures.map((picture) => {
    const next = followMatters(open, [picture])
    open = next.open
    return next.settled
  })
}

it('is over when an incident is not open any more, once', () => {
  expect(settledBy(host(true, '7', null), host(true, null, null), host(true, null, null))).toEqual([
    [],
    ['incident 7'],
    [],
  ])
})

it('is over when a host is back', () => {
  expect(settledBy(host(true), host(false), host(true))).toEqual([[], [], ['host h']])
})

it('is not over because its host cannot be seen', () => {
  expect(settledBy(host(true, '7'), host(false, null), host(true, '7'))).toEqual([[], [], ['host h']])
  expect(settledBy(host(true, '7'), host(false), host(true, null))).toEqual([[], [], ['incident 7', 'host h']])
})

it('says nothing of what it has not seen open', () => {
  expect(settledBy(host(true, null))).toEqual([[]])
})
