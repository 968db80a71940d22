import { expect, test } from './fixtures.ts'
import { ProductSession } from './product-session.ts'
import { expectGoodUpgrade, expectRolledBack } from './product-upgrades.ts'
import { AppstrateTruth } from './products/appstrate/truth.ts'
import { runnerImages } from './products/appstrate/versions.ts'

/** One host and one app for the whole file: each operation begins from what the one before left. */
test.describe.configure({ mode: 'serial' })

const RUNNING = ['appstrate-postgres', 'appstrate-redis', 'appstrate-minio', 'appstrate']

let session: ProductSession<AppstrateTruth>

test.beforeAll(async ({ browser }) => {
  session = await ProductSession.open(browser, {
    product: 'appstrate',
    name: 'Appstrate',
    createTruth: (sample) => new AppstrateTruth(sample),
    prepare: (truth) => truth.seed(),
    // One version falls five seconds after each start, and is healthy after two; one never ends its migration.
    runbook: 'extends: appstrate\ngate: { settleSeconds: 6, timeoutSeconds: 60 }\nmigrations: { timeoutSeconds: 45 }\n',
  })
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('it is found, and services that only bring an image are healthy when they have ended', async () => {
  const { pages, page } = session
  for (const service of [...RUNNING, 'appstrate-minio-init', ...runnerImages]) {
    await pages.expectHealth(service, 'Healthy')
  }
  await expect(page.getByRole('heading', { level: 1, name: 'Appstrate' })).toBeVisible()
})

test('without its database the platform answers 503, which is never green, and it comes back', async () => {
  const { pages, truth } = session
  await truth.compose('stop', 'appstrate-postgres')
  await pages.expectHealth('appstrate-postgres', 'Down')
  await pages.expectHealth('appstrate', 'Down')
  await pages.expectProbe('appstrate', 'Health', /503/)
  await truth.compose('start', 'appstrate-postgres')
  await pages.expectHealth('appstrate', 'Healthy')
})

test('without Redis and the bucket the platform says that it is healthy, and the stack is not', async () => {
  const { pages, truth } = session
  await truth.compose('stop', 'appstrate-redis', 'appstrate-minio')
  await pages.expectHealth('appstrate-redis', 'Down')
  await pages.expectHealth('appstrate-minio', 'Down')
  await pages.expectProbe('appstrate', 'Health', /"healthy"/)
  await expect(pages.sidebar.getByRole('link', { name: /^Appstrate.*Down/i })).toBeVisible()
  await truth.compose('start', 'appstrate-redis', 'appstrate-minio')
  await pages.expectHealth('appstrate-minio', 'Healthy')
  await expect(pages.sidebar.getByRole('link', { name: /^Appstrate.*Healthy/i })).toBeVisible()
})

test('while it waits for a migration it is starting', async () => {
  const { pages, truth } = session
  const lock = await truth.holdMigrationLock()
  await truth.compose('restart', 'appstrate')
  await pages.expectHealth('appstrate', 'Starting')
  await pages.expectProbe('appstrate', 'Health', /"starting"/)
  await lock[Symbol.asyncDispose]()
  await pages.expectHealth('appstrate', 'Healthy')
})

test('without the engine it is degraded behind a 200, which is never green', async () => {
  const { pages, truth } = session
  await truth.cutEngineSocket()
  await pages.expectProbe('appstrate', 'Health', /"degraded"/)
  // By then the container's own health check has failed.
  await pages.expectHealth('appstrate', 'Down')
  await truth.compose('restart', 'appstrate')
  await pages.expectHealth('appstrate', 'Healthy')
})

test.describe('upgrades', () => {
  test('a patch is applied to all eight images', async () => {
    await expectGoodUpgrade(session, { to: '1.0.0-beta.42' })
  })

  test('a migration keeps everything, and shows the schema version before and after', async () => {
    const schema = { dataset: 'database', before: '30', after: '33' }
    await expectGoodUpgrade(session, { to: '1.0.0-beta.45', schema })
  })

  for (const [to, fault, reason] of [
    ['1.0.0-beta.52', 'never becomes healthy', /starting|503/],
    ['1.0.0-beta.53', 'fails half-way through its migrations', /migration.*failed/i],
    ['1.0.0-beta.54', 'crashes after five seconds', /exit|restart|cut/i],
    ['1.0.0-beta.55', 'is healthy and makes no agents', /smoke test|Make an agent/i],
    ['1.0.0-beta.56', 'is degraded for ever', /degraded/],
  ] as const) {
    test(`${to}, which ${fault} after a migration without return, ends in the old version and data`, async () => {
      await expectRolledBack(session, { to, from: '1.0.0-beta.45', reason, data: 'restored' })
    })
  }

  test('the migration without return is announced, and passes where the version is good', async () => {
    const { pages, page } = session
    await pages.planUpgrade('1.0.0-beta.51')
    await expect(page.getByText(/0040_config_into_input/).first()).toBeVisible()
    const schema = { dataset: 'database', before: '33', after: '39' }
    await expectGoodUpgrade(session, { to: '1.0.0-beta.51', schema })
  })
})
