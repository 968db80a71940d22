import { afterEach, beforeEach, expect, it } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { type Runbook, runbookSchema } from '../../shared/runbook/schema.ts'
import { buildContainer, buildService } from '../stacks/container-fixture.ts'
import { layOut, layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { rollBackSteps } from './rollback.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'
import type { StepReport } from './step.ts'

const plan = samplePlan()
const signal = new AbortController().signal
const generic = {
  slipway: 1,
  id: 'generic',
  name: 'Generic',
  match: { images: ['shop/web'] },
  versions: { dataCompatible: 'never' },
  services: [{ name: 'web' }, { name: 'worker' }],
}
const ran: string[] = []
let place: SamplePlace

beforeEach(() => {
  ran.length = 0
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

/** An upgrade that has replaced both services after a backup of `files`, and is to be taken back. Neither was there before. */
async function findSteps(change: Partial<Runbook> = {}) {
  const { host, slipwayDirectory } = place
  const files = layOutOperation(slipwayDirectory, plan.id)
  const layout = layOut(slipwayDirectory)
  const dataset = {
    dataset: 'files',
    kind: 'sqlite',
    service: 'web',
    sourcePath: '/data/app.db',
    volume: null,
    tables: {},
  }
  const copy = { imageId: '', imageDigest: null, pin: null, file: 'app.db', sizeBytes: 1, sha256: '0'.repeat(64) }
  const how = { schemaVersion: null, tool: 'sqlite3', warnings: [], startedAt: '', finishedAt: '' }
  const at = { project: 'shop', createdAt: plan.createdAt, operationId: plan.id, format: 1 }
  const manifest = { ...at, id: plan.id, datasets: [{ ...dataset, ...copy, ...how }] }
  const point = { ...at, version: '1.0.0', files: [], services: [] }
  await host.files.makeDirectories(files.rollbackPoint)
  await host.files.makeDirectories(`${layout.backups}/${plan.id}`)
  await host.files.writeAtomic(files.pointFile, JSON.stringify(point))
  await host.files.writeAtomic(`${layout.backups}/${plan.id}/manifest.json`, JSON.stringify(manifest))
  const stack = {
    runbook: { ...runbookSchema.parse(generic), ...change },
    model: { services: { web: buildService('web'), worker: buildService('worker') } },
    containers: { worker: [buildContainer('worker', { imageId: 'sha256:new', labels: {} })] },
    configHashes: {},
    session: { host, engine: { cliFlags: [] } },
    project: { project: 'shop', directory: '/srv', files: ['/srv/compose.yaml'], envFiles: [] },
    slipwayDirectory,
    binding: { problems: [], leftOut: [] },
  }
  const begun = (stepId: string) => ({ type: 'step-started', stepId, data: { changes: true } })
  const backup = { type: 'step-done', stepId: 'backup', data: { result: { backupId: plan.id }, passedOver: null } }
  const entries = [backup, ...['pin', 'service:web', 'service:worker'].map(begun)]
  const engine = { inspectImage: async () => ({ id: 'sha256:new' }), logTail: async () => 'ready', cliFlags: [] }
  const context = {
    plan,
    host,
    layout,
    files,
    journal: { entries },
    session: { host, engine },
    cli: { run: async (argv: readonly string[]) => void ran.push(argv.join(' ')) },
    ports: { readStack: async () => stack },
    mask: (text: string) => text,
  }
  return (await rollBackSteps(context as unknown as OperationContext, signal)).steps
}

const report = { signal, keep: async () => undefined, say: async () => undefined } as Partial<StepReport> as StepReport

it('data that was backed up and that no runbook names any more fails its step, and is not passed over', async () => {
  const step = (await findSteps()).find(({ id }) => id === 'rollback:restore-data')
  await expect(step?.run(report)).rejects.toMatchObject({
    code: 'backup.restore-failed',
    message: expect.stringContaining(
      `${plan.id} holds files, which the runbook “generic” of this stack does not name.`,
    ),
    state: 'The data was not touched.',
  })
})

it('data that may stay is no business of it', async () => {
  const steps = await findSteps({
    versions: runbookSchema.parse({ ...generic, versions: { dataCompatible: 'always' } }).versions,
  })
  expect(steps.map(({ id }) => id)).not.toContain('rollback:restore-data')
})

it('a service that had no container before does not keep the one of the new version', async () => {
  const step = (await findSteps()).find(({ id }) => id === 'rollback:service:worker')
  expect(await step?.run(report)).toEqual({
    kind: 'done',
    message: 'worker had no container before. Removed: acme-worker-1.',
  })
  expect(ran).toEqual(['rm --force worker-id'])
})
