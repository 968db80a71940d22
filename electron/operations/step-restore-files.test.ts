import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { findPinPlaces } from '../stacks/pin-places.ts'
import type { Stack } from '../stacks/stack.ts'
import { readPinSources } from '../stacks/stack-files.ts'
import { sha256 } from './file-sha.ts'
import { layOutOperation } from './layout.ts'
import type { OperationPorts } from './ports.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'
import type { StepReport } from './step.ts'
import { restoreFiles } from './step-restore-files.ts'

// By digest, so that no tag of an engine has to be put back.
const old = `shop/web:1.0.0@sha256:${'0'.repeat(64)}`
const said: string[] = []
let place: SamplePlace
let directory: string
let file: string

beforeEach(() => {
  place = makeSamplePlace()
  directory = mkdtempSync(join(tmpdir(), 'restored-stack-'))
  file = join(directory, 'compose.yaml')
  said.length = 0
})

afterEach(async () => {
  await place[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

/** Restores the file, which says `now`, after an operation that had written `written`. */
async function restore(now: string, written: string, { before = composeFile(old), pinned = '' } = {}): Promise<string> {
  const { host } = place
  const plan = samplePlan()
  const files = layOutOperation(place.slipwayDirectory, plan.id)
  await host.files.makeDirectories(files.pointFiles)
  writeFileSync(`${files.pointFiles}/0-compose.yaml`, before)
  writeFileSync(file, now)
  const web = { service: 'web', reference: old, version: '1.0.0', imageId: '', digest: null }
  const point = {
    format: 1 as const,
    operationId: plan.id,
    createdAt: plan.createdAt,
    version: '1.0.0',
    files: [{ path: file, copy: '0-compose.yaml', sha256: sha256(before), edited: true }],
    services: [{ ...web, keepTag: '', containerId: '', ...(pinned === '' ? {} : { pinned }) }],
    containerIds: [],
    schemaVersions: {},
  }
  const report = { signal: new AbortController().signal, say: async (text: string) => void said.push(text) }
  const session = { host } as Stack['session']
  const context = { host, plan, session, ports: { readStack } as unknown as OperationPorts }
  return restoreFiles(context, { point, files, written: { [file]: sha256(written) } }, report as unknown as StepReport)
}

/** As the files say this moment. */
async function readStack(): Promise<Stack> {
  const project = { project: 'shop', directory, files: [file], envFiles: [] }
  const pins = Object.fromEntries(findPinPlaces(await readPinSources(place.host, project)))
  return { session: { host: place.host }, project, pins } as unknown as Stack
}

function composeFile(image: string, more = ''): string {
  return `services:\n  web:\n    image: ${image}\n${more}`
}

it('files come back byte for byte, and what is said of them was read again', async () => {
  const written = composeFile('shop/web:1.1.0')
  expect(await restore(written, written)).toBe('The files say 1.0.0 again.')
  expect(readFileSync(file, 'utf8')).toBe(composeFile(old))
  expect(said).toEqual([`${file} is as it was.`])
})

it('a file that a person has edited keeps the edit', async () => {
  const now = composeFile('shop/web:1.1.0', '# by hand\n')
  expect(await restore(now, composeFile('shop/web:1.1.0'))).toBe('The files say 1.0.0 again.')
  expect(readFileSync(file, 'utf8')).toBe(composeFile(old, '# by hand\n'))
})

it('an edit of the version that was never applied does not come back: what ran is written', async () => {
  const written = composeFile('shop/web:3.0.0', '# by hand\n')
  const before = composeFile('shop/web:2.0.0', '# by hand\n')
  await restore(written, written, { before, pinned: 'shop/web:2.0.0' })
  expect(readFileSync(file, 'utf8')).toBe(composeFile(old, '# by hand\n'))
  const lost = `The files said shop/web:2.0.0 of web, which had not been applied. They say ${old}, as it ran.`
  expect(said).toEqual([`${file} is as it was, but for the version.`, lost])
  // Once more, as after an interruption.
  await restore(readFileSync(file, 'utf8'), written, { before, pinned: 'shop/web:2.0.0' })
  expect(readFileSync(file, 'utf8')).toBe(composeFile(old, '# by hand\n'))
})

it('files that still say something else are a failure', async () => {
  const moved = composeFile('elsewhere/web:1.1.0')
  await expect(restore(moved, composeFile('shop/web:1.1.0'))).rejects.toMatchObject({
    code: 'stack.pin-not-found',
    message: expect.stringContaining('web is elsewhere/web:1.0.0@sha256'),
    state: 'No container was replaced by this step.',
  })
})
