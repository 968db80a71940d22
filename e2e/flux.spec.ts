import { expect, test } from './fixtures.ts'
import { ProductSession } from './product-session.ts'
import { expectGoodUpgrade, expectRolledBack } from './product-upgrades.ts'
import { FluxTruth } from './products/flux/truth.ts'

/** One host and one app for the whole file: each operation begins from what the one before left. */
test.describe.configure({ mode: 'serial' })

let session: ProductSession<FluxTruth>

test.beforeAll(async ({ browser }) => {
  session = await ProductSession.open(browser, {
    product: 'flux',
    name: 'Flux',
    createTruth: (sample) => FluxTruth.open(sample),
    prepare: (truth) => truth.seed(),
    runbook: 'extends: flux\ngate: { timeoutSeconds: 60, settleSeconds: 2 }\n',
  })
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('it is found, and every service of its four files is judged healthy', async () => {
  const { pages, page } = session
  await expect(page.getByRole('heading', { level: 1, name: 'flux' })).toBeVisible()
  for (const service of ['traefik', 'postgres-v2', 'pgbouncer', 'postgrest-pool', 'flux-node-gateway', 'flux-web']) {
    await pages.expectHealth(service, 'Healthy')
  }
  await pages.expectProbe('flux-web', 'Every tenant is found by its Host header', /Answered 200/)
  await pages.expectProbe('traefik', 'The certificate of the domain', /89 days left/)
})

test('without its database it is never green, although the control plane says 200', async () => {
  const { pages, truth } = session
  await truth.compose('stop', 'postgres-v2')
  for (const service of ['postgres-v2', 'flux-node-gateway', 'flux-web']) await pages.expectHealth(service, 'Down')
  await pages.expectProbe('flux-node-gateway', 'The gateway reaches its catalog', /503/)
  await pages.expectProbe('flux-web', 'The control plane serves', /Answered 200/)
  await pages.expectProbe('flux-web', 'Every tenant is found', /500/)
  await truth.compose('start', 'postgres-v2')
  for (const service of ['postgres-v2', 'flux-node-gateway', 'flux-web']) await pages.expectHealth(service, 'Healthy')
})

test('a gateway that answers 503 is starting, and then down', async () => {
  const { pages, truth } = session
  // So that it begins for long enough to be seen beginning.
  const broken = 'flux-gateway:0.10.1\n    healthcheck: { start_period: 20s }'
  await truth.edit('compose.gateway.yaml', 'flux-gateway:0.9.0', broken)
  await truth.compose('up', '-d', '--quiet-pull', 'flux-node-gateway')
  await pages.expectHealth('flux-node-gateway', 'Starting')
  await pages.expectHealth('flux-node-gateway', 'Down')
  await truth.edit('compose.gateway.yaml', broken, 'flux-gateway:0.9.0')
})

test('tenants whose Host header finds nobody, and a Redis that is away, are degraded', async () => {
  const { pages, truth } = session
  await truth.edit('gateway.env', 'FLUX_BASE_DOMAIN=flux.', 'FLUX_BASE_DOMAIN=other.')
  await truth.edit('gateway.env', '# REDIS_URL', 'REDIS_URL')
  await truth.compose('up', '-d', '--wait', 'flux-node-gateway')
  await pages.expectHealth('flux-node-gateway', 'Degraded')
  await pages.expectProbe('flux-node-gateway', 'The gateway reaches its catalog', /degraded/)
  await pages.expectHealth('flux-web', 'Degraded')
  await pages.expectProbe('flux-web', 'Every tenant is found', /degraded/)
  await truth.edit('gateway.env', 'FLUX_BASE_DOMAIN=other.', 'FLUX_BASE_DOMAIN=flux.')
  await truth.edit('gateway.env', 'REDIS_URL', '# REDIS_URL')
  await truth.compose('up', '-d', '--wait', 'flux-node-gateway')
  for (const service of ['flux-node-gateway', 'flux-web']) await pages.expectHealth(service, 'Healthy')
})

test('a patch is applied to control plane and gateway, and changes no data', async () => {
  await expectGoodUpgrade(session, { to: '0.9.1', schema: { dataset: 'catalog', before: '5', after: '5' } })
})

for (const [to, fault, reason] of [
  ['0.10.1', 'never becomes healthy', /503|healthy/i],
  ['0.10.2', 'migrates by half and stays green', /migration/i],
  ['0.10.3', 'crashes after five seconds', /crash|exit|restart|smoke/i],
  ['0.10.4', 'is healthy and takes no SQL', /smoke test/i],
  ['0.10.5', 'has no pg_dump on its PATH', /pg_dump|tools for dumps/i],
  ['0.10.6', 'is ready and finds no tenant by its Host header', /Host header/i],
] as const) {
  test(`${to}, which ${fault}, ends in the old version at work on the old data`, async () => {
    await expectRolledBack(session, { to, from: '0.9.1', reason, data: 'restored' })
  })
}

test('the minor moves the secrets of tenants, and shows the schema version before and after', async () => {
  await expectGoodUpgrade(session, { to: '0.10.0', schema: { dataset: 'catalog', before: '5', after: '6' } })
})
