import { OUTCOME } from './app-pages.ts'
import { expect, test } from './fixtures.ts'
import { ProductSession } from './product-session.ts'
import { expectGoodUpgrade, expectRolledBack } from './product-upgrades.ts'
import { TestStack } from './products/handoffrail/test-stack.ts'
import { HandoffRailTruth } from './products/handoffrail/truth.ts'

/** One host and one app for the whole file: each operation begins from what the one before left. */
test.describe.configure({ mode: 'serial' })

let session: ProductSession<HandoffRailTruth>

test.beforeAll(async ({ browser }) => {
  session = await ProductSession.open(browser, {
    product: 'handoffrail',
    name: 'HandoffRail',
    createTruth: (sample) => HandoffRailTruth.open(sample),
    prepare: (truth) => truth.seed(),
    runbook: 'extends: handoffrail\ngate: { settleSeconds: 2, timeoutSeconds: 40 }\n',
  })
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('it is found, and every service is judged healthy, also the one that has migrated and ended', async () => {
  const { pages, page } = session
  for (const service of ['db', 'redis', 'migration', 'api']) await pages.expectHealth(service, 'Healthy')
  await expect(page.getByRole('heading', { level: 1, name: 'handoffrail' })).toBeVisible()
})

test('without its database it answers 200 on /health and 503 on /ready, which is never green', async () => {
  const { pages, truth } = session
  await truth.compose('stop', 'db')
  await pages.expectHealth('db', 'Down')
  await pages.expectHealth('api', 'Down')
  await pages.expectProbe('api', 'The database answers', /503/)
  await pages.expectProbe('api', 'The process answers', /200/)
  await truth.compose('up', '-d', '--wait')
  await pages.expectHealth('api', 'Healthy')
})

test('without Redis it works on, and the stack is not green', async () => {
  const { pages, truth } = session
  await truth.compose('stop', 'redis')
  await pages.expectHealth('redis', 'Down')
  await pages.expectHealth('api', 'Healthy')
  await truth.expectWorking()
  await truth.compose('up', '-d', '--wait')
  await pages.expectHealth('redis', 'Healthy')
})

test('a patch is applied with every row', async () => {
  const schema = { dataset: 'database', before: '0003_schemas', after: '0003_schemas' }
  await expectGoodUpgrade(session, { to: '0.2.1', schema })
})

for (const [to, fault, reason] of [
  ['0.3.1', 'is green and broken', /0003_schemas, unchanged, expected 0004_rbac/],
  ['0.3.2', 'never listens', /health/],
  ['0.3.3', 'fails half-way through its migration', /migration/],
  ['0.3.5', 'is healthy and lets nobody claim a packet', /smoke test/],
  ['0.3.6', 'is healthy and never ready', /503/],
] as const) {
  test(`${to}, which ${fault}, ends in the old version at work on the old data`, async () => {
    await expectRolledBack(session, { to, from: '0.2.1', reason, data: 'restored' })
  })
}

test('0.3.4, which crashes after five seconds, does so before it counts as settled, by the runbook in the directory', async () => {
  const file = `${session.truth.directory}/slipway.yaml`
  await session.sample.writeFile(file, 'extends: handoffrail\ngate: { settleSeconds: 8 }\n')
  await expectRolledBack(session, { to: '0.3.4', from: '0.2.1', reason: /restart|exit|stopped/, data: 'restored' })
  await session.sample.exec(['rm', file])
})

test('the minor migrates the database, and shows the schema version before and after', async () => {
  const schema = { dataset: 'database', before: '0003_schemas', after: '0004_rbac' }
  await expectGoodUpgrade(session, { to: '0.3.0', schema })
})

test('as its guide has it, without a service that migrates, a command of the new image does', async () => {
  const { truth } = session
  const stack = await TestStack.open(session.sample)
  await stack.replace('variants/document')
  await stack.compose('run', '--rm', 'api', 'alembic', 'upgrade', 'head')
  await stack.up()
  await truth.seed()
  const schema = { dataset: 'database', before: '0003_schemas', after: '0004_rbac' }
  await expectGoodUpgrade(session, { to: '0.3.0', schema })
})

test('on SQLite, which nobody migrates, the minor is green and broken, and the old file comes back', async () => {
  const { pages, truth } = session
  const stack = await TestStack.open(session.sample)
  await stack.replace('variants/development')
  await stack.up()
  await truth.seed()
  const contents = await truth.contents()
  await pages.upgrade('0.3.0')
  await pages.expectOutcome(OUTCOME.rolledBack('0.3.0', '0.2.0'))
  expect(await truth.contents()).toEqual(contents)
  await truth.expectWorking()
})

test('as published PostgreSQL stays empty beside an API that says it is ready, which is not green and stops an upgrade', async () => {
  const { page, pages } = session
  const stack = await TestStack.open(session.sample)
  await stack.replace('variants/sqlite-on-paper-postgres')
  await stack.up()
  await pages.openTab('Overview')
  await pages.expectHealth('api', 'Down')
  await pages.expectProbe('api', 'The database answers', /Answered 200/)
  await pages.expectProbe('api', 'The API keeps its data in PostgreSQL', /"sqlite", expected "postgresql"/)
  await pages.expectHealth('db', 'Down')
  await pages.expectProbe('db', 'PostgreSQL holds the tables', /"0", expected 1/)
  await pages.planUpgrade('0.2.1')
  await expect(page.getByText('has no tables: the product may keep its data elsewhere').first()).toBeVisible()
  await expect(page.getByText('This plan cannot run')).toBeVisible()
})
