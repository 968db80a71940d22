import { beforeEach, expect, it } from 'vitest'
import { samplePlan } from '../../shared/operations/sample-plan.ts'
import type { Container } from '../docker/engine.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import type { StepReport } from './step.ts'
import { describeRemoved, removeMade } from './step-remove-made.ts'

const ran: string[] = []
const kept: string[] = []
beforeEach(() => {
  ran.length = 0
  kept.length = 0
})

/** Takes back what an upgrade to an image has made of `worker`, which had no container before. */
function remove(now: readonly Partial<Container>[], containerIds: readonly string[] = []): Promise<string[]> {
  const containers = { worker: now.map((change) => buildContainer('worker', change)) }
  const context = {
    plan: samplePlan(),
    host: { label: 'vm' },
    ports: { readStack: async () => ({ containers, configHashes: { worker: 'worker-hash' } }) },
    session: { engine: { inspectImage: async () => ({ id: 'sha256:new' }), logTail: async () => 'ready' } },
    cli: { run: async (argv: readonly string[]) => void ran.push(argv.join(' ')) },
  }
  const report = { signal: new AbortController().signal, keep: async (name: string) => void kept.push(name) }
  type Parts = Parameters<typeof removeMade>
  const point = { containerIds: [...containerIds] }
  return removeMade(context as unknown as Parts[0], point, ['worker'], report as unknown as StepReport)
}

it('a container that the upgrade made goes, with its log kept', async () => {
  const removed = await remove([{ id: 'new', imageId: 'sha256:new', labels: {} }])
  expect([removed, ran]).toEqual([['acme-worker-1'], ['rm --force new']])
  expect(kept).toHaveLength(1)
  const message = 'worker had no container before. Removed: acme-worker-1.'
  expect(describeRemoved(['worker'], removed)).toEqual({ kind: 'done', message })
})

it.each([
  ['there is none', [], []],
  ['it was there before', [{ id: 'old', labels: {} }], ['old']],
  ['it is what the files say again', [{ id: 'old' }], []],
])('nothing is removed where %s', async (_title, now, before) => {
  const removed = await remove(now, before)
  expect([removed, ran]).toEqual([[], []])
  expect(describeRemoved(['worker'], removed)).toMatchObject({ kind: 'skipped' })
})

it("somebody else's container is left, and fails the step", async () => {
  await expect(remove([{ imageId: 'sha256:strange', labels: {} }])).rejects.toMatchObject({
    message:
      'worker on vm had no container before, and has acme-worker-1 (acme/worker:1.0.0), which this upgrade did not make.',
    state: 'It was left as it is.',
  })
  expect(ran).toEqual([])
})
