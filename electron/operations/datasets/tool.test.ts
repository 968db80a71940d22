import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Container } from '../../docker/engine.ts'
import type { DockerCli } from '../docker-cli.ts'
import { makeSamplePlace, type SamplePlace } from '../sample-place.ts'
import { findTool, forgetTool, type ToolNeed } from './tool.ts'

const need: ToolNeed = { program: 'sqlite3', programs: [], proof: 'true', first: 'image' }
const container = { id: 'c1', imageId: 'sha256:web', state: 'running' } as Container
const request = { service: 'web', container, signal: new AbortController().signal }
let place: SamplePlace

beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

/** A docker command whose images have the program, or not. */
function makeCli(code = 0) {
  const asked: (readonly string[])[] = []
  const run = async (argv: readonly string[]) => {
    asked.push(argv)
    return { code, stdout: '', stderr: '' }
  }
  return { asked, cli: { run, argv: (argv) => [...argv] } as DockerCli }
}

it('is looked for once an image, whoever asks, until it turns out to be missing', async () => {
  const { asked, cli } = makeCli()
  const other = makeCli()
  const tool = await findTool(place.host, cli, need, request)
  expect(tool).toMatchObject({ origin: 'image' })
  expect(await findTool(place.host, other.cli, need, request)).toBe(tool)
  expect([asked.length, other.asked.length]).toEqual([1, 0])

  await findTool(place.host, other.cli, need, { ...request, container: { ...container, imageId: 'sha256:new' } })
  forgetTool(place.host, need, container)
  await findTool(place.host, other.cli, need, request)
  expect([asked.length, other.asked.length]).toEqual([1, 2])
})

it('is looked for again after it was found nowhere', async () => {
  const missing = { ...need, program: 'a-program-that-nobody-has' }
  await expect(findTool(place.host, makeCli(1).cli, missing, request)).rejects.toMatchObject({
    code: 'backup.tool-missing',
  })
  expect(await findTool(place.host, makeCli().cli, missing, request)).toMatchObject({ origin: 'image' })
})

it('is found by everybody who looks for it, also when one of them gives up meanwhile', async () => {
  const giveUp = new AbortController()
  const run = (_argv: readonly string[], options: { signal?: AbortSignal } = {}) =>
    new Promise((_resolve, reject) => options.signal?.addEventListener('abort', () => reject(options.signal?.reason)))
  const waiting = { run, argv: (argv) => [...argv] } as DockerCli
  const given = findTool(place.host, waiting, need, { ...request, signal: giveUp.signal })
  const other = findTool(place.host, makeCli().cli, need, request)
  giveUp.abort(new Error('Enough.'))
  await expect(given).rejects.toThrow('Enough.')
  expect(await other).toMatchObject({ origin: 'image' })
})
