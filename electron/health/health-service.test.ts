import { afterEach, expect, test } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import type { StackService } from '../stacks/stack-service.ts'
import { HealthService } from './health-service.ts'

const bugs: unknown[] = []
let health: HealthService

afterEach(() => health.dispose())

test('all stacks that are watched are read anew, and no others', async () => {
  const reads: string[] = []
  const host = { id: 'vm', status: { kind: 'connected', since: '' }, subscribe: () => () => {}, now: () => Date.now() }
  const stacks = {
    session: () => ({ host }),
    list: async () => [],
    async *watchChanges() {},
    readRecentPicture: async ({ project }: { project: string }) => {
      reads.push(project)
      throw new SlipwayError('stack.not-found', 'It is gone.')
    },
  } as unknown as StackService
  health = new HealthService({ stacks, readLock: async () => null, reportBug: (bug) => bugs.push(bug) })
  const held = ['shop', 'blog', 'wiki'].map((project) => health.follow({ hostId: 'vm', project }, () => {}))
  await Promise.all(held.map(({ value }) => value.firstReading))
  held[2]?.release()
  reads.length = 0
  await health.refreshAll()
  expect([reads, bugs]).toEqual([['shop', 'blog'], []])
})
