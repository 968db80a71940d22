import { afterEach, beforeEach, expect, it } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import { listBackups } from './backup-store.ts'
import { Journal } from './journal.ts'
import { layOut, layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'
import { tidyAfterCommit, tidyAfterRollback } from './tidy.ts'

const never = new AbortController().signal
const ids = [1, 2, 3, 4].map((day) => `2026112${day}T061502Z-upgrade-3f9a1c`)
const [succeeded = '', failed = '', failedAgain = '', own = ''] = ids
let place: SamplePlace
let context: OperationContext

beforeEach(async () => {
  place = makeSamplePlace()
  const { host, slipwayDirectory } = place
  const readStack = async () => ({ runbook: { backup: { keep: 1, datasets: [] } } })
  const journal = new Journal(host, `${slipwayDirectory}/journal.ndjson`, (text) => text)
  const lock = { lost: never }
  const layout = layOut(slipwayDirectory)
  const plan = samplePlan({ id: own })
  context = { host, layout, plan, journal, lock, ports: { readStack } } as unknown as OperationContext
  await host.files.makeDirectories(layOutOperation(slipwayDirectory, succeeded).rollbackPoint)
  await host.files.writeAtomic(layOutOperation(slipwayDirectory, succeeded).pointFile, '{}')
})

afterEach(() => place[Symbol.asyncDispose]())

/** A folder of a backup set; without a manifest it is not complete. */
async function putSet(id: string, isComplete = true): Promise<void> {
  const directory = `${context.layout.backups}/${id}`
  await place.host.files.makeDirectories(directory)
  const manifest = { format: 1, id, operationId: id, project: 'shop', createdAt: '2026-11-21T06:15:02Z', datasets: [] }
  if (isComplete) await place.host.files.writeAtomic(`${directory}/manifest.json`, JSON.stringify(manifest))
}

const kept = async () => (await listBackups(place)).map(({ id }) => id)

it('a rollback ends with the removal of old backups, but never its own nor one that a rollback point needs', async () => {
  for (const id of ids) await putSet(id)
  await tidyAfterRollback(context, never)
  expect(await kept()).toEqual([succeeded, own])
  const messages = context.journal.entries.map(({ message }) => message)
  expect(messages).toEqual([`Backups removed: ${failed}, ${failedAgain}.`])
})

it('an operation that has succeeded leaves none of its containers', async () => {
  const ran: string[] = []
  const run = async (argv: readonly string[]) => {
    ran.push(argv.join(' '))
    return { stdout: argv[0] === 'ps' ? 'aaa\nbbb\n' : '' }
  }
  const said: string[] = []
  const report = { signal: never, say: async (text: string) => void said.push(text) }
  await tidyAfterCommit({ ...context, cli: { run } } as unknown as OperationContext, report)
  expect(ran).toEqual([`ps --all --quiet --filter label=slipway.operation=${own}`, 'rm --force aaa bbb'])
  expect(said).toEqual([])
})

it('nothing is removed where the operation has no complete backup of its own', async () => {
  for (const id of ids) await putSet(id, id !== own)
  await tidyAfterRollback(context, never)
  expect(await kept()).toEqual([succeeded, failed, failedAgain])
})

it('a success removes old backups too, but none whose rollback point is still offered', async () => {
  for (const id of ids) await putSet(id)
  const cli = { run: async () => ({ stdout: '' }) }
  const done = { ...context, cli } as unknown as OperationContext
  await tidyAfterCommit(done, { signal: never, say: async () => undefined })
  expect(await kept()).toEqual([succeeded, own])
})
