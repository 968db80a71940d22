import { expect, test } from './fixtures.ts'
import { ProductSession } from './product-session.ts'
import { expectGoodUpgrade, expectRolledBack } from './product-upgrades.ts'
import { BrittleTruth } from './products/brittle/truth.ts'

/** One host and one app for the whole file: each operation begins from what the one before left. */
test.describe.configure({ mode: 'serial' })

let session: ProductSession<BrittleTruth>

test.beforeAll(async ({ browser }) => {
  session = await ProductSession.open(browser, {
    product: 'brittle',
    name: 'Brittle',
    createTruth: (sample) => BrittleTruth.open(sample),
    prepare: (truth) => truth.seed(),
    // No public authority signs for a sample host, and Caddy's own does so for half a day.
    runbook: 'extends: brittle\nprobes: { domain-certificate: { tls: { selfSigned: true, minDaysLeft: 0 } } }\n',
  })
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('it is found, and every service is judged healthy, also the one that has done its work and ended', async () => {
  const { pages, page } = session
  for (const service of ['postgres', 'init-artifacts', 'brittle', 'caddy']) await pages.expectHealth(service, 'Healthy')
  await expect(page.getByRole('heading', { level: 1, name: 'Brittle' })).toBeVisible()
})

test('without its database the hub answers 503, which is never green, and it comes back', async () => {
  const { pages, truth } = session
  await truth.compose('stop', 'postgres')
  await pages.expectHealth('postgres', 'Down')
  await pages.expectHealth('brittle', 'Down')
  await pages.expectProbe('brittle', 'The database is reachable', /503/)
  await pages.expectProbe('caddy', 'Caddy answers', /503/)
  await truth.compose('start', 'postgres')
  await pages.expectHealth('brittle', 'Healthy')
})

test('without its hub the front door answers 502, which is never green', async () => {
  const { pages, truth } = session
  await truth.compose('stop', 'brittle')
  await pages.expectHealth('brittle', 'Down')
  await pages.expectHealth('caddy', 'Down')
  await pages.expectProbe('caddy', 'Caddy answers', /502/)
  await truth.compose('start', 'brittle')
  await pages.expectHealth('caddy', 'Healthy')
})

test('with a domain, the redirect that Caddy answers without its hub is not green', async () => {
  const { pages, truth } = session
  const file = await truth.file('docker-compose.yml')
  // A root of Caddy's own in the container's trust store is of use to nobody, and making it keeps Caddy from listening.
  const settings = '      {\n        skip_install_trust\n      }\n'
  await truth.edit('docker-compose.yml', '      :80 {', `${settings}      {$$BRITTLE_DOMAIN} {\n        tls internal`)
  await truth.edit(
    'docker-compose.yml',
    '      - "3100:80"',
    '      - "3100:80"\n    environment:\n      BRITTLE_DOMAIN: hub.test',
  )
  await truth.compose('up', '-d', 'caddy')
  await pages.expectHealth('caddy', 'Healthy')
  await pages.expectProbe('caddy', 'The domain reaches the hub', /Answered 200/)
  await pages.expectProbe('caddy', 'The certificate of the domain', /hub\.test|left/)
  await truth.compose('stop', 'brittle')
  await pages.expectProbe('caddy', 'Caddy answers', /Answered 308/)
  await pages.expectProbe('caddy', 'The domain reaches the hub', /502/)
  await pages.expectHealth('caddy', 'Down')
  await truth.sample.writeFile(`${truth.directory}/docker-compose.yml`, file)
  await truth.compose('up', '-d')
  await pages.expectHealth('caddy', 'Healthy')
})

test.describe('upgrades', () => {
  test('a patch is applied with every row and artifact', async () => {
    const schema = { dataset: 'database', before: '20260523081500_ai_keys', after: '20260718103000_session_duration' }
    await expectGoodUpgrade(session, { to: '0.1.3', schema })
  })

  for (const [to, fault, reason] of [
    ['0.2.1', 'never becomes healthy', /fails its health check/],
    ['0.2.2', 'fails half-way through its migration', /exited|migration|P3018/i],
    ['0.2.3', 'crashes after five seconds', /ended with exit code 1/],
    ['0.2.4', 'is healthy and takes no artifacts', /smoke test|artifact/i],
  ] as const) {
    test(`${to}, which ${fault}, ends in the old hub at work on the old data`, async () => {
      await expectRolledBack(session, { to, from: '0.1.3', reason, data: 'restored' })
    })
  }

  test('the minor migrates database and artifacts, and shows the schema version before and after', async () => {
    const schema = { dataset: 'database', before: '20260718103000_session_duration', after: '20260905120000_runs' }
    await expectGoodUpgrade(session, { to: '0.2.0', schema })
  })
})
