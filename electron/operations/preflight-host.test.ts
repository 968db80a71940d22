import { readdirSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Host } from '../hosts/host.ts'
import { askPreflight } from './preflight.ts'
import { type HostSubject, hostQuestions } from './preflight-host.ts'
import { alterHost, makeSamplePlace, type SamplePlace } from './sample-place.ts'

const HOUR = 3_600_000
let place: SamplePlace

beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

/** The answer to one question about a host with a project in a directory. */
async function ask(id: string, { host = place.host, directory = place.slipwayDirectory, isReturn = false } = {}) {
  const { signal } = new AbortController()
  const stack = {
    ref: { project: 'shop' },
    session: { host },
    project: { directory },
    slipwayDirectory: `${directory}/.slipway`,
  }
  const subject = { stack, isReturn, replaces: [], signal } as unknown as HostSubject
  const [result] = await askPreflight(
    hostQuestions(subject).filter((question) => question.id === id),
    signal,
  )
  return result
}

function withClock(offsetMs: number): Host {
  return alterHost(place.host, { readClock: async () => Date.now() + offsetMs })
}

describe('the clock of a host', () => {
  it('that agrees is fine', async () => {
    expect(await ask('clock', { host: withClock(5_000) })).toMatchObject({ verdict: 'passed' })
  })

  it('that is a minute off is told', async () => {
    expect(await ask('clock', { host: withClock(-60_000) })).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining("60 s behind this computer's"),
      hint: expect.stringContaining('timedatectl'),
    })
  })

  it('that would mislead shuts the way forward, and not the way back', async () => {
    const host = withClock(2 * HOUR)
    const said = {
      detail: expect.stringContaining("2 h ahead of this computer's"),
      hint: expect.stringContaining('NTP'),
    }
    expect(await ask('clock', { host })).toMatchObject({ verdict: 'failed', ...said })
    expect(await ask('clock', { host, isReturn: true })).toMatchObject({ verdict: 'warning', ...said })
  })
})

describe('the project directory', () => {
  it('is asked for its rights without anything being written to it', async () => {
    const before = statSync(place.slipwayDirectory).mtimeMs
    expect(await ask('directory')).toMatchObject({ verdict: 'passed', detail: expect.stringContaining('is writable') })
    expect(readdirSync(place.slipwayDirectory)).toEqual([])
    expect(statSync(place.slipwayDirectory).mtimeMs).toBe(before)
  })

  it('that cannot be written to blocks', async () => {
    const directory = `${place.slipwayDirectory}/nowhere`
    expect(await ask('directory', { directory })).toMatchObject({
      verdict: 'failed',
      detail: `${directory} cannot be written to, so neither files nor records can be.`,
      hint: expect.stringContaining('ls -ld'),
    })
  })
})
