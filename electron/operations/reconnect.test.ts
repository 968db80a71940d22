import { afterEach, beforeEach, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { waitForConnection } from './reconnect.ts'
import { alterHost, makeSamplePlace, type SamplePlace } from './sample-place.ts'

let place: SamplePlace
const { signal } = new AbortController()

beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

it('an operation whose host stays away stands still, and says what to do', async () => {
  const lost = new SlipwayError('host.connection-lost', 'The connection was lost.')
  const away = alterHost(place.host, { exec: () => Promise.reject(lost) })
  await expect(waitForConnection(away, signal, -1)).rejects.toMatchObject({
    code: 'operation.interrupted',
    hint: expect.stringContaining('resume the operation or roll it back'),
    retryable: true,
    cause: lost,
  })
})

it('an operation whose host is there goes on', async () => {
  await waitForConnection(place.host, signal, -1)
})
