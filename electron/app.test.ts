import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { logFilterSchema } from '../shared/contract/logs.ts'
import type { App } from './app.ts'
import { startSampleApp } from './sample-app.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'app-'))
let app: App | null = null
afterEach(async () => {
  await app?.dispose()
  rmSync(dataFolder, { recursive: true, force: true })
})

test('watch rules and saved filters go with their host, and those of others stay', async () => {
  const started = await startSampleApp(dataFolder)
  app = started.app
  const { client } = started
  const target = { kind: 'ssh', hostname: '127.0.0.1', port: 9, user: 'nobody' } as const
  const auth = { agent: 'none', keyFiles: [], password: false }
  const hosts = [
    await client.host.add({ label: 'one', target: { ...target, auth } }),
    await client.host.add({ label: 'two', target: { ...target, auth } }),
  ]
  const filter = logFilterSchema.parse({ levels: ['error'] })
  const rule = { id: 'r', name: 'Errors', filter, moreThan: 0, withinSeconds: 60, enabled: true }
  const savedFilter = { id: 'f', name: 'Errors', filter }
  const [gone, kept] = hosts.map(({ id }) => ({ hostId: id, project: 'shop' })) as [Ref, Ref]
  for (const ref of [gone, kept]) {
    await client.log.saveRule({ ...ref, rule })
    await client.log.saveFilter({ ...ref, savedFilter })
  }
  await client.host.remove({ hostId: gone.hostId })
  expect([await client.log.watchRules(gone), await client.log.savedFilters(gone)]).toEqual([[], []])
  expect([await client.log.watchRules(kept), await client.log.savedFilters(kept)]).toEqual([[rule], [savedFilter]])
})

interface Ref {
  readonly hostId: string
  readonly project: string
}
