import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import type { ComposeProject } from '../docker/compose.ts'
import { Journal } from './journal.ts'
import type { OperationContext } from './operation-context.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'
import { longId, makeCli, makeSharedStack } from './sample-restore.ts'
import { whileStopped } from './standstill.ts'

const { signal } = new AbortController()
const users = ['web', 'pool', 'old-worker']
const others = ['pool', 'old-worker']
const stack = makeSharedStack('data')
const [pool, worker] = [longId('pool'), longId('old-worker')]
let place: SamplePlace

beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

/** An operation on a host where these containers run again once they are started. */
function open(startable: readonly string[]) {
  const { host, slipwayDirectory } = place
  const { cli, asked } = makeCli((argv) =>
    argv[0] === 'inspect' ? { stdout: startable.map((id) => `${id} running`).join('\n') } : undefined,
  )
  const stopped: (readonly string[])[] = []
  const stop = async (_project: ComposeProject, services: readonly string[]) => void stopped.push(services)
  const journal = new Journal(host, `${slipwayDirectory}/journal.ndjson`, (text) => text)
  const context = { host, cli, journal, session: { compose: { stop } } } as unknown as OperationContext
  const notes = () => journal.entries.map(({ message }) => message)
  return { context, asked, stopped, notes }
}

const DOWN =
  'old-worker on this computer stood still, and does not run again. Look at the log, then start it by hand: docker start old-worker-0'

describe('whileStopped', () => {
  it('hands Compose only what its model has, and stops other containers by themselves', async () => {
    const { context, asked, stopped } = open([pool, worker])
    expect(await whileStopped(context, stack, { users, others, signal }, async () => undefined)).toBeNull()
    expect(stopped).toEqual([['web', 'pool']])
    expect(asked).toContainEqual(['stop', worker])
    expect(asked).toContainEqual(['start', pool, worker])
  })

  it('asks Compose for nothing where it knows none of them: it would stop everything', async () => {
    const { context, stopped } = open([worker])
    await whileStopped(context, stack, { users: ['old-worker'], others: [], signal }, async () => undefined)
    expect(stopped).toEqual([])
  })

  it('does not fail when the work is done and another service does not run again, but tells so', async () => {
    const { context } = open([pool])
    const failure = await whileStopped(context, stack, { users, others, signal }, async () => undefined)
    expect(`${failure?.message} ${failure?.hint}`).toBe(DOWN)
    expect(failure?.state).not.toContain('not touched')
  })

  it('throws the first error also when a service does not run again, which is told besides', async () => {
    const { context, notes } = open([pool])
    const first = new SlipwayError('backup.restore-failed', 'It does not fit.')
    await expect(whileStopped(context, stack, { users, others, signal }, () => Promise.reject(first))).rejects.toBe(
      first,
    )
    expect(notes().at(-1)).toBe(DOWN)
  })
})
