import { afterEach, beforeEach, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'
import type { StepReport } from './step.ts'
import { migrateStep } from './step-migrate.ts'

let place: SamplePlace
beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

it('a migration that has ended is not run again when the connection breaks before that is written down', async () => {
  const base = samplePlan()
  const plan = samplePlan({ steps: base.steps.map((step) => (step.id === 'pin' ? { ...step, id: 'migrate' } : step)) })
  const containers: string[] = []
  const run = async ([, ...argv]: readonly string[]) => {
    if (argv.includes('run')) containers.push(`migration-${containers.length}`)
    if (argv.includes('--force')) containers.pop()
  }
  let isConnected = false
  const askSchemas = async () => {
    if (isConnected) return []
    isConnected = true
    throw new SlipwayError('host.connection-lost', 'The connection is lost.')
  }
  const project = { project: 'shop', directory: '/srv', files: ['/srv/compose.yaml'], envFiles: [] }
  const engine = {
    listContainers: async () => containers.map((id) => ({ id })),
    inspectContainer: async () => ({ state: 'exited', exitCode: 0 }),
    logAfter: async () => ({ lines: ['migrated'], cursor: null }),
  }
  const context = {
    plan,
    host: place.host,
    files: layOutOperation(place.slipwayDirectory, plan.id),
    session: { engine },
    cli: { run },
    ports: { readStack: async () => ({ project }), askSchemas },
    mask: (text: string) => text,
  } as unknown as OperationContext
  const said: string[] = []
  const report = {
    signal: new AbortController().signal,
    say: async (text: string) => void said.push(text),
    showOutput: () => undefined,
    keep: async () => undefined,
    addEvidence: async () => undefined,
  } as Partial<StepReport> as StepReport
  const step = migrateStep(context, {
    at: 'before-switch',
    service: 'web',
    argv: ['migrate'],
    timeoutSeconds: 10,
    schemaVersions: [],
  })
  await expect(step.run(report)).rejects.toMatchObject({ code: 'host.connection-lost' })
  expect(await step.run(report)).toEqual({ kind: 'done', message: 'Exit code 0.' })
  expect(containers).toEqual(['migration-0'])
  expect(said).toEqual(['It had been started already, and is not run a second time.'])
})
