import { expect, test } from 'vitest'
import { acceptPresentData, askBackup, askPresentBackup } from '../../electron/operations/preflight-backup.ts'
import { bindBuiltIn } from '../../electron/stacks/bound-fixture.ts'
import type { Stack } from '../../electron/stacks/stack.ts'
import { upgradeOptionsSchema } from '../../shared/contract/operations.ts'

const data = Promise.resolve({ datasets: 2, bytes: 1_000, sizes: {}, tools: ['pg_dump 17'], alarms: [] })

function stackOf(...bound: Parameters<typeof bindBuiltIn>): Stack {
  return bindBuiltIn(...bound) as Stack
}

function ask(stack: Stack, options: Parameters<typeof upgradeOptionsSchema.parse>[0] = {}) {
  return askBackup({ stack, options: upgradeOptionsSchema.parse(options), data })
}

const postgres = { environment: { POSTGRES_DB: 'app', POSTGRES_USER: 'app' } }

test('data that only another set-up has is named, and is no worry', async () => {
  const api = { environment: { DATABASE_URL: 'postgresql://db/app' } }
  const { verdict, detail } = await ask(stackOf('handoffrail', { api, db: postgres, redis: {} }))
  expect(verdict).toBe('passed')
  expect(detail).toMatch(
    /^2 data sets, 1\.0 kB, by pg_dump 17\. Left out: development-database: DATABASE_URL of api does/,
  )
})

test('data of a service that is somewhere else is a warning that names it', async () => {
  const services = { appstrate: {}, 'appstrate-postgres': postgres, 'appstrate-redis': {} }
  expect(await ask(stackOf('appstrate', services))).toMatchObject({
    verdict: 'warning',
    detail: expect.stringContaining('Left out: files: It is about appstrate-minio, which this stack does not have.'),
  })
})

test.each([
  ['not set', {}],
  ['on another server', { DATABASE_URL: 'postgresql://elsewhere/app' }],
  ['a file of another name', { DATABASE_URL: 'sqlite+aiosqlite:////srv/other.db' }],
])('with a database that is %s nothing is known to back up, which takes a reason', async (_title, environment) => {
  const stack = stackOf('handoffrail', { api: { environment } })
  const { verdict, detail } = await ask(stack)
  expect(verdict).toBe('failed')
  const start = 'This stack has none of the data sets that the runbook names. database: It is about db, which '
  expect(detail).toContain(start)
  expect(detail).toMatch(/development-database.*: DATABASE_URL (is not set|of api does not match)/)
  const skipBackup = { reason: 'There is a snapshot.' }
  expect(await ask(stack, { skipBackup })).toMatchObject({
    verdict: 'warning',
    detail: `Skipped: ${skipBackup.reason}`,
  })
  const options = upgradeOptionsSchema.parse({})
  expect(await askPresentBackup({ stack, options, data })).toMatchObject({ verdict: 'warning', detail })
})

test.each([
  [true, 'It is what the rollback replaces.'],
  [false, 'The rollback leaves the data as it is.'],
])(
  'data that is gone does not keep a rollback from bringing it back, where that is asked: %s',
  async (restores, why) => {
    const options = upgradeOptionsSchema.parse({ acceptBackupAlarm: acceptPresentData(restores) })
    const empty = data.then((measure) => ({ ...measure, alarms: ['The database has no tables.'] }))
    const stack = stackOf('handoffrail', { api: {}, db: postgres, redis: {} })
    expect(await askPresentBackup({ stack, options, data: empty })).toMatchObject({
      verdict: 'warning',
      detail: `The database has no tables. Let pass: ${why}`,
    })
  },
)

test.each([
  ['./data/handoffrail.db', 'development-database'],
  ['data/handoffrail.db', 'development-database'],
  ['/app/data/handoffrail.db', 'development-database'],
  ['./handoffrail.db', 'database-in-container'],
  ['/app/handoffrail.db', 'database-in-container'],
])('HandoffRail on the file %s has the data set %s', (path, id) => {
  const environment = { DATABASE_URL: `sqlite+aiosqlite:///${path}` }
  const { runbook } = stackOf('handoffrail', { api: { environment } })
  expect(runbook.backup?.datasets.map((one) => one.id)).toEqual([id])
})
