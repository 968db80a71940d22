import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { upgradeOptionsSchema } from '../../shared/contract/operations.ts'
import type { ImagePin } from '../../shared/contract/stacks.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import { LABELS } from '../stacks/discovery.ts'

import type { Stack } from '../stacks/stack.ts'
import { type StackSubject, stackQuestions } from './preflight-stack.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'

let place: SamplePlace
let directory: string

beforeEach(() => {
  place = makeSamplePlace()
  directory = mkdtempSync(join(tmpdir(), 'edited-stack-'))
})

afterEach(async () => {
  await place[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

/** What the preflight says of services, of which the file says one image (`web` → `acme/web:2.0.0`) and others run. */
function askDrift(pinned: Record<string, string>, ran: Record<string, string>, file = composeFile(pinned)) {
  const path = join(directory, 'compose.yaml')
  writeFileSync(path, file)
  const pins = Object.entries(pinned).map(([name, reference]): [string, ImagePin] => {
    const variable = file.includes('$') ? { kind: 'variable' as const, file: path, variable: 'V', line: 1 } : null
    return [name, { reference, ...parseImageReference(reference), moving: false, location: variable }]
  })
  const containers = Object.entries(ran).map(([name, imageReference]) => {
    return [name, [buildContainer(name, { imageReference, labels: { [LABELS.configHash]: 'old' } })]]
  })
  const stack = {
    session: { host: place.host },
    project: { project: 'acme', directory, files: [path], envFiles: [] },
    runbook: { services: [{ name: 'job', kind: 'one-shot' }] },
    binding: { written: {} },
    pins: Object.fromEntries(pins),
    containers: Object.fromEntries(containers),
    configHashes: {},
  } as unknown as Stack
  const options = upgradeOptionsSchema.parse({})
  const subject = { stack, services: Object.keys(pinned), options, signal: new AbortController().signal }
  return stackQuestions(subject as unknown as StackSubject)
    .find(({ id }) => id === 'drift')
    ?.ask()
}

function composeFile(images: Record<string, string>): string {
  return `services:\n${Object.entries(images)
    .map(([name, image]) => `  ${name}:\n    image: ${image}\n`)
    .join('')}`
}

it('a version that was edited and not applied is told, with what a rollback returns to', async () => {
  expect(await askDrift({ web: 'acme/web:2.0.0' }, { web: 'acme/web:1.4.0' })).toMatchObject({
    verdict: 'warning',
    detail:
      'web runs acme/web:1.4.0, while the files say acme/web:2.0.0, which has not been applied. The files were edited after web had been started: these edits come into force too. A rollback returns to what runs.',
  })
})

it('one variable for a service and its jobs is no obstacle, whatever the jobs ran last', async () => {
  writeFileSync(join(directory, '.env'), 'V=2.0.0\n')
  const images = { web: 'acme/web:2.0.0', job: 'acme/job:2.0.0' }
  const file = composeFile({ web: 'acme/web:${V}', job: 'acme/job:${V}' })
  const ran = { web: 'acme/web:1.4.0', job: 'acme/job:1.3.0' }
  expect(await askDrift(images, ran, file)).toMatchObject({ verdict: 'warning' })
})

it.each([
  ['of another repository', 'acme/web:2.0.0', 'other/web:1.4.0'],
  ['without a tag', 'acme/web:2.0.0', `acme/web@sha256:${'0'.repeat(64)}`],
])('one that runs from an image %s blocks it: no rollback could write that', async (_title, pinned, ran) => {
  expect(await askDrift({ web: pinned }, { web: ran })).toMatchObject({
    verdict: 'failed',
    hint: 'Apply or undo that edit first.',
  })
})

it('other edits are told as before', async () => {
  expect(await askDrift({ web: 'acme/web:2.0.0' }, { web: 'acme/web:2.0.0' })).toMatchObject({
    verdict: 'warning',
    detail: expect.stringContaining('The files were edited after web had been started'),
  })
})
