import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { createExecSend, parseApiKeys, SAMPLE, seedSample } from '../../e2e/sample-stack.ts'
import {
  type OperationRecord,
  type Owner,
  type Plan,
  type StepRecord,
  upgradeOptionsSchema,
} from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { connectSampleHost } from '../docker/sample-connection.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import { openSession } from '../stacks/open-session.ts'
import { RunbookReader } from '../stacks/runbook-reader.ts'
import { SessionService } from '../stacks/sessions.ts'
import type { Stack } from '../stacks/stack.ts'
import { StackService } from '../stacks/stack-service.ts'
import { createOperationPorts } from './operation-ports.ts'
import { OperationService } from './operation-service.ts'
import { createOwner } from './owner.ts'
import type { OperationPorts } from './ports.ts'

/** For tests: an app with nothing but operations, connected to a sample host. */
export interface SampleApp extends AsyncDisposable {
  readonly host: SshHost
  readonly operations: OperationService
  readonly ports: OperationPorts
  readonly ref: StackRef
}

export interface SampleAppOptions {
  readonly owner?: Owner
  readonly project?: string
  /** Another way to the host than its published port. Disposed with the app. */
  readonly host?: SshHost
  /** A folder with runbooks beside the built-in ones. */
  readonly runbooks?: string
  /** Shorter than the runbook's, where a test does not need to see something fall after some seconds. */
  readonly settleSeconds?: number
  /** What a test changes of the stack as it is read. */
  readonly alter?: (stack: Stack) => Stack
}

/** For tests: a sample host whose stack holds rows that a user wrote. */
export async function startSeededHost(options: { readonly diskSize?: string } = {}): Promise<SampleHost> {
  const sample = await startSampleHost({ stacks: [SAMPLE.project], ...options })
  const keys = parseApiKeys(await sample.readFile(`${SAMPLE.directory}/.env`))
  await seedSample(
    createExecSend((argv, options) => sample.exec(argv, options ?? {})),
    keys,
  )
  return sample
}

export function startSampleApp(
  sample: SampleHost,
  {
    owner = createOwner('sample'),
    project = SAMPLE.project,
    host = connectSampleHost(sample),
    runbooks: folder = '/nonexistent',
    settleSeconds,
    alter = (stack) => stack,
  }: SampleAppOptions = {},
): SampleApp {
  const get = (hostId: string) => {
    if (hostId !== host.id) throw new Error(`This app has no host ${hostId}`)
    return host
  }
  const source = { hosts: [host], get, views: async () => [], subscribe: () => () => undefined }
  const builtIn = fileURLToPath(new URL('../../assets/runbooks', import.meta.url))
  const runbooks = new RunbookReader({ builtIn, user: folder })
  const noDirectories = { list: () => [], add: () => undefined, remove: () => undefined }
  const stacks = new StackService(new SessionService(source, openSession), runbooks, noDirectories)
  const real = createOperationPorts(stacks)
  const adapt = (stack: Stack): Stack => {
    const gate = settleSeconds === undefined ? stack.runbook.gate : { ...stack.runbook.gate, settleSeconds }
    return alter({ ...stack, runbook: { ...stack.runbook, gate, probes: probesWithoutSqlite(stack) } })
  }
  const ports: OperationPorts = {
    ...real,
    readStack: async (ref, signal) => adapt(await real.readStack(ref, signal)),
    readStackAnew: async (ref, signal) => adapt(await real.readStackAnew(ref, signal)),
  }
  const operations = new OperationService(ports, owner)
  return {
    host,
    operations,
    ports,
    ref: { hostId: host.id, project },
    async [Symbol.asyncDispose]() {
      await operations.dispose()
      await host.dispose()
    },
  }
}

/** Each question of SQLite starts a container. The browser's tests hold upgrades to them too. */
function probesWithoutSqlite({ runbook }: Stack): Stack['runbook']['probes'] {
  const files = new Set(runbook.backup?.datasets.filter(({ kind }) => kind === 'sqlite').map(({ id }) => id))
  return runbook.probes.filter((probe) => !('query' in probe && files.has(probe.query.dataset)))
}

/** Options of an upgrade as a person leaves them who changes none, but that no jump is acknowledged. */
export const plainOptions = upgradeOptionsSchema.parse({})

/** For tests: plans and starts an upgrade. */
export async function startUpgrade(
  { operations, ref }: Pick<SampleApp, 'operations' | 'ref'>,
  version: string,
  options: z.input<typeof upgradeOptionsSchema> = {},
): Promise<{ readonly plan: Plan; readonly operationId: string }> {
  const all = upgradeOptionsSchema.parse({ acknowledgeJump: true, ...options })
  const plan = await operations.planUpgrade(ref, version, all)
  return { plan, ...(await operations.run(ref, plan.id)) }
}

/** For tests: the record of an operation when it has ended. */
export async function waitForEnd({ operations, ref }: Pick<SampleApp, 'operations' | 'ref'>, id: string) {
  let record: OperationRecord | null = null
  for await (const event of operations.watch(ref, id)) if (event.type === 'snapshot') record = event.record
  if (record?.endedAt == null) throw new Error(`${id} has not ended: ${JSON.stringify(record, null, 2)}`)
  return record
}

/** For tests: waits until a step has a status. */
export async function waitForStep(
  { operations, ref }: Pick<SampleApp, 'operations' | 'ref'>,
  id: string,
  stepId: string,
  ...statuses: readonly StepRecord['status'][]
): Promise<void> {
  for await (const event of operations.watch(ref, id)) {
    if (event.type !== 'snapshot') continue
    const step = event.record.steps.find((candidate) => candidate.id === stepId)
    if (step !== undefined && statuses.includes(step.status)) return
    if (event.record.endedAt !== null) throw new Error(`${id} ended as ${event.record.outcome}: ${event.record.reason}`)
  }
}

/** For tests: makes the lock that an app has left as old as one that nobody waits for any more. */
export async function ageLock(sample: SampleHost, directory: string): Promise<void> {
  const file = `${directory}/.slipway/lock/lock.json`
  await sample.exec(['sed', '-i', 's/"heartbeatAt": "....-/"heartbeatAt": "2000-/', file])
}
