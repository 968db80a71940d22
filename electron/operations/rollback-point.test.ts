import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import { readFileMarks } from '../stacks/file-marks.ts'
import type { Stack } from '../stacks/stack.ts'
import { layOutOperation } from './layout.ts'
import { writeRollbackPoint } from './rollback-point.ts'
import { findReturnEdits } from './rollback-target.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'

const never = new AbortController().signal
let place: SamplePlace
let directory: string
let env: string
let stack: Stack

/** A stack whose `.env` is kept elsewhere, and holds the pin. */
beforeEach(() => {
  place = makeSamplePlace()
  directory = mkdtempSync(join(tmpdir(), 'linked-stack-'))
  env = join(directory, '.env')
  writeFileSync(join(directory, 'compose.yaml'), 'services:\n  web:\n    image: shop/web:${WEB_VERSION}\n')
  writeFileSync(join(directory, 'settings'), 'WEB_VERSION=1.0.0\n')
  symlinkSync('settings', env)
  const project = { project: 'shop', directory, files: [join(directory, 'compose.yaml')], envFiles: [] }
  stack = { session: { host: place.host }, project, containers: {}, pins: {} } as unknown as Stack
})

afterEach(async () => {
  await place[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

function keep(edited: readonly string[], of: Stack = stack, services: readonly string[] = []) {
  const edits = edited.map((path) => ({ path, diff: '', beforeSha256: '', afterSha256: '' }))
  const plan = samplePlan({ edits })
  const files = layOutOperation(place.slipwayDirectory, plan.id)
  const context = { host: place.host, session: of.session, plan, files }
  return { files, point: writeRollbackPoint(context, of, services, {}, never) }
}

it('a rollback point keeps what a linked file holds', async () => {
  const { files, point } = keep([env])
  const kept = (await point).files.find(({ path }) => path === env)
  expect(kept).toMatchObject({ edited: true })
  expect(readFileSync(`${files.pointFiles}/${kept?.copy}`, 'utf8')).toBe('WEB_VERSION=1.0.0\n')
})

it('is refused when the plan edits a file that cannot be kept', async () => {
  const path = join(directory, 'elsewhere.env')
  const error = { code: 'operation.blocked', message: expect.stringContaining(path), state: 'Nothing was changed.' }
  await expect(keep([env, path]).point).rejects.toMatchObject(error)
})

it('that lacks the copy of a file lets only the version go back, and says so', async () => {
  const { files, point } = keep([env])
  const { files: kept, ...rest } = await point
  const web = { service: 'web', reference: 'shop/web:1.0.0', version: '1.0.0', imageId: '', digest: null }
  const services = [{ ...web, keepTag: '', containerId: '' }]
  const to = {
    point: { ...rest, services, files: kept.filter(({ path }) => path !== env) },
    files,
    written: { [env]: 'whatever' },
  }
  writeFileSync(env, 'WEB_VERSION=1.1.0\n')
  expect(await findReturnEdits(stack, to, never)).toEqual({
    edits: [{ path: env, before: 'WEB_VERSION=1.1.0\n', after: 'WEB_VERSION=1.0.0\n' }],
    touched: [],
    unkept: [env],
  })
})

it('names what each container was made with, and leaves out a job that ran before an edit', async () => {
  const tagged: string[] = []
  const engine = { tagImage: async (_source: string, target: string) => void tagged.push(target) }
  const containers = Object.fromEntries(['web', 'db', 'job'].map((name) => [name, [buildContainer(name)]]))
  const pins = Object.fromEntries(
    [
      ['web', 'acme/web:2.0.0'],
      ['db', 'acme/db:1.0.0'],
      ['job', 'acme/job:2.0.0'],
    ].map(([name, reference]) => [name, { reference }]),
  )
  const runbook = { services: [{ name: 'job', kind: 'one-shot' }] }
  const session = { host: place.host, engine }
  const running = { ...stack, ref: { project: 'shop' }, session, runbook, containers, pins } as unknown as Stack
  const { services, containerIds } = await keep([], running, ['web', 'db', 'job']).point
  expect(services).toMatchObject([
    { service: 'web', reference: 'acme/web:1.0.0', pinned: 'acme/web:2.0.0' },
    { service: 'db', reference: 'acme/db:1.0.0' },
  ])
  expect(services[1]).not.toHaveProperty('pinned')
  expect(containerIds).toEqual(['web-id', 'db-id', 'job-id'])
  expect(tagged).toHaveLength(2)
})

it('an edit of what a link leads to is noticed', async () => {
  const before = await readFileMarks(place.host, stack.project)
  writeFileSync(join(directory, 'settings'), 'WEB_VERSION=1.0.10\n')
  expect(await readFileMarks(place.host, stack.project)).not.toBe(before)
})
