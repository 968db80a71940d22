import { expect, it } from 'vitest'
import type { DatasetOf } from '../../../shared/runbook/data-schema.ts'
import { makeSharedStack } from '../sample-restore.ts'
import { restoreCommands as restoreRedis } from './redis/commands.ts'
import { restoreCommands as restoreVolume } from './volume/commands.ts'

const stack = makeSharedStack('data')

it('a folder is emptied by hand only after it was packed, and filled only after that', () => {
  const dataset = { kind: 'volume', id: 'files', service: 'web', path: '/data', exclude: [] } as unknown
  const [line = '', ...more] = restoreVolume(stack, dataset as DatasetOf<'volume'>, '/backup')
  expect(more).toEqual([])
  const parts = line.split(' && ')
  expect(parts.map((part) => /--create|-delete|--extract/.exec(part)?.[0])).toEqual([
    '--create',
    '-delete',
    '--extract',
  ])
})

it('a Redis file is written over by hand only after it was kept', () => {
  const dataset = { kind: 'redis', id: 'cache', service: 'web', port: 6379 } as unknown
  const commands = restoreRedis(stack, dataset as DatasetOf<'redis'>, '/backup')
  expect(commands.filter((line) => !line.startsWith('#'))).toEqual([
    'docker cp acme-web-1:/data/dump.rdb /backup/cache.replaced.rdb && docker cp /backup/cache.rdb acme-web-1:/data/dump.rdb',
  ])
})
