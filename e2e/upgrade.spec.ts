import type { Page } from '@playwright/test'
import { type AppPages, OUTCOME } from './app-pages.ts'
import { expect, test } from './fixtures.ts'
import { expectWellMade } from './look.ts'
import { expectGoodUpgrade, expectRolledBack } from './product-upgrades.ts'
import { databasePath } from './products/monlight/access.ts'
import { services } from './products/monlight/versions.ts'
import { StackSession } from './stack-session.ts'
import type { StackTruth } from './stack-truth.ts'

/**
 * One host and one app for the whole file: each upgrade begins from what the one before left, as on a real machine,
 * and the bad ones must leave exactly what they found.
 */
test.describe.configure({ mode: 'serial' })

const DATABASES = ['errors', 'logs', 'metrics', 'browser-relay']
const allAt = (version: string) => services.map((service) => `${service} ${version} healthy`).sort()
const schemas = (before: string, after: string) => DATABASES.map((dataset) => ({ dataset, before, after }))

let session: StackSession
let page: Page
let pages: AppPages
let truth: StackTruth
/** Rows in its table before the minor. */
let errorsBefore: string

test.beforeAll(async ({ browser }) => {
  session = await StackSession.open(browser)
  ;({ page, pages, truth } = session)
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('it is found, and all four services are judged healthy, each with its database', async () => {
  await expect(page.getByRole('heading', { level: 1, name: 'monlight' })).toBeVisible()
  for (const service of services) await pages.expectHealth(service, 'Healthy')
  await pages.expectProbe('error-tracker', 'The error tracker answers', /Answered 200/)
  await pages.expectProbe('error-tracker', 'The error tracker asks for a key', /Answered 401/)
  await pages.expectProbe('error-tracker', 'The database of errors is sound', /The value is "2"/)
  await expectWellMade(page, 'probes')
})

test('a service that is stopped is down', async () => {
  await truth.compose('stop', 'metrics-collector')
  await pages.expectHealth('metrics-collector', 'Down')
  await truth.compose('start', 'metrics-collector')
  await pages.expectHealth('metrics-collector', 'Healthy')
})

test('a log viewer that answers 500 is down', async () => {
  await truth.sql('log-viewer', 'ALTER TABLE log_entries RENAME TO elsewhere')
  await pages.expectProbe('log-viewer', 'The log viewer answers', /500/)
  await pages.expectHealth('log-viewer', 'Down')
  await truth.sql('log-viewer', 'ALTER TABLE elsewhere RENAME TO log_entries')
  await pages.expectHealth('log-viewer', 'Healthy')
})

test('with a damaged database the relay says ok, which is never green', async () => {
  const database = databasePath('browser-relay')
  const page = Number(await truth.sql('browser-relay', "SELECT rootpage FROM sqlite_schema WHERE name = 'source_maps'"))
  await truth.compose('stop', 'browser-relay')
  await truth.exec(['cp', '--preserve', database, '/root/relay.db'])
  const zeros = ['if=/dev/zero', `of=${database}`, 'bs=4096', `seek=${page - 1}`, 'count=1', 'conv=notrunc']
  await truth.exec(['dd', ...zeros])
  await truth.compose('start', 'browser-relay')
  await pages.expectHealth('browser-relay', 'Down')
  await pages.expectProbe('browser-relay', 'The relay answers', /Answered 200/)
  await pages.expectProbe('browser-relay', 'The database of browser keys is sound', /source_maps|malformed|database/)
  await truth.compose('stop', 'browser-relay')
  await truth.exec(['sh', '-c', 'rm -f "$1-wal" "$1-shm" && cp --preserve /root/relay.db "$1"', 'sh', database])
  await truth.compose('start', 'browser-relay')
  await pages.expectHealth('browser-relay', 'Healthy')
})

test('with an empty key the API is open to everybody behind a green health check, and that is told', async () => {
  const env = await truth.file('.env')
  await truth.sample.writeFile(
    `${truth.directory}/.env`,
    env.replace(/^LOG_VIEWER_API_KEY=.*$/m, 'LOG_VIEWER_API_KEY='),
  )
  await truth.compose('up', '-d', '--wait', 'log-viewer')
  await pages.expectHealth('log-viewer', 'Degraded')
  await pages.expectProbe('log-viewer', 'The log viewer asks for a key', /Answered 200, which means degraded/)
  await truth.sample.writeFile(`${truth.directory}/.env`, env)
  await truth.compose('up', '-d', '--wait', 'log-viewer')
  await pages.expectHealth('log-viewer', 'Healthy')
})

test('the plan shows preflight, every changed line, every step with its commands, before anything happens', async () => {
  const before = await truth.file('docker-compose.yml')
  await pages.planUpgrade('0.10.1')
  for (const title of ['Preflight', 'Images', 'Files', 'Steps']) {
    await expect(page.getByRole('heading', { name: title })).toBeVisible()
  }
  await expect(page.getByText(/error-tracker:0\.10\.1/).first()).toBeVisible()
  const commands = page.getByText('Show commands')
  expect(await commands.count()).toBeGreaterThan(4)
  expect(await truth.file('docker-compose.yml')).toBe(before)
  expect(await truth.containers()).toEqual(allAt('0.10.0'))
})

test('the good patch is applied with every row, and changes nothing but the version in its file', async () => {
  const file = await truth.file('docker-compose.yml')
  await expectGoodUpgrade(session, { to: '0.10.1', schema: schemas('3', '3') })
  expect(await truth.containers()).toEqual(allAt('0.10.1'))
  expect(await truth.file('docker-compose.yml')).toBe(file.replaceAll('0.10.0', '0.10.1'))
})

for (const [to, fault, reason] of [
  ['0.11.1', 'never becomes healthy', /503|health/i],
  ['0.11.2', 'fails half-way through its migration', /migration 4 failed: no such column/],
  ['0.11.3', 'crashes in a loop after five seconds', /exit|restart|stopped/i],
  ['0.11.4', 'is healthy and fails the smoke test', /smoke test/i],
] as const) {
  test(`${to}, which ${fault}, ends in the old version with every row, and history says why`, async () => {
    const file = await truth.file('docker-compose.yml')
    await expectRolledBack(session, { to, from: '0.10.1', reason, data: 'restored' })
    expect(await truth.file('docker-compose.yml')).toBe(file)
    await page.getByRole('row').filter({ hasText: to }).first().getByRole('link').click()
    await expect(page.getByText(/The backup of .* was restored: what was written since/).first()).toBeVisible()
    await page.getByRole('tab', { name: /Attachments \([1-9]/ }).click()
    await expect(page.getByText(/error-tracker/).first()).toBeVisible()
  })
}

test('the good minor keeps the data, and shows every schema version before and after', async () => {
  errorsBefore = await truth.sql('error-tracker', 'SELECT count(*) FROM errors')
  await expectGoodUpgrade(session, { to: '0.11.0', schema: schemas('3', '4') })
  expect(await truth.containers()).toEqual(allAt('0.11.0'))
  expect((await truth.fingerprint()).schemaVersions).toEqual(Object.fromEntries(services.map((name) => [name, 4])))
})

test('its backup is a set of all four databases, with how each was proven', async () => {
  await pages.openTab('Backups')
  const row = page.getByRole('table', { name: 'Backup sets' }).getByRole('row').filter({ hasText: '→ 0.11.0' })
  await expect(row).toContainText(DATABASES.join(', '))
  await expect(row).toContainText('0.10.1')
  await expectWellMade(page, 'backups')
  await row.getByRole('link').click()
  for (const dataset of DATABASES) {
    const panel = page.getByRole('region', { name: dataset, exact: true })
    await expect(panel).toContainText('Schema version3')
    await expect(panel.getByRole('listitem').first()).toContainText(/\S/)
  }
  const errors = page.getByRole('region', { name: 'errors', exact: true })
  await errors.getByText(/tables with their rows/).click()
  const held = page.getByRole('table', { name: 'What errors holds' }).getByRole('row')
  await expect(held.filter({ hasText: /^errors\d/ })).toHaveText(`errors${errorsBefore}`)
  await expect(page.getByRole('table', { name: 'Files kept with it' })).toContainText('docker-compose.yml')
  await expect(page.getByRole('table', { name: 'What ran' }).getByRole('row')).toHaveCount(services.length + 1)
  await expectWellMade(page, 'backup')
})

test('rolling back by hand says what it loses, and brings version, schema and rows back', async () => {
  const contents = await truth.contents()
  await pages.openTab('History')
  await page.getByRole('row').filter({ hasText: '0.11.0' }).first().getByRole('link').click()
  await page.getByRole('link', { name: 'Roll back to before this' }).click()
  await expect(page.getByText('What will happen')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/lose|lost/i).first()).toBeVisible()
  await expectWellMade(page, 'rollback')
  await expectReasonAsked()
  await page.getByRole('button', { name: 'Roll back to 0.10.1…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('monlight')
  await dialog.getByRole('button', { name: 'Roll back to 0.10.1' }).click()
  await pages.expectOutcome('Rolled back to 0.10.1')
  expect(await truth.containers()).toEqual(allAt('0.10.1'))
  expect((await truth.fingerprint()).schemaVersions).toEqual(Object.fromEntries(services.map((name) => [name, 3])))
  expect(await truth.contents()).toEqual(contents)
  await truth.expectWorking()
})

/** On the rollback page: going without the backup asks why, makes another plan that says so, and can be taken back. */
async function expectReasonAsked() {
  const without = page.getByRole('checkbox', { name: 'Roll back without backing up the present data' })
  const replan = page.getByRole('button', { name: 'Make a new plan' })
  const roll = page.getByRole('button', { name: 'Roll back to 0.10.1…' })
  await without.check()
  await expect(roll).toBeHidden()
  await expect(replan).toBeDisabled()
  await page.getByRole('textbox', { name: 'Why' }).fill('The file is damaged')
  await replan.click()
  await expect(page.getByText('No backup is made: The file is damaged')).toBeVisible({ timeout: 60_000 })
  await expect(roll).toBeVisible()
  await expectWellMade(page, 'rollback-without-backup')
  await without.uncheck()
  await expect(roll).toBeHidden()
  await replan.click()
  await expect(roll).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('No backup is made')).toHaveCount(0)
}

test('a running operation is readable in both sizes and schemes, with its live output', async () => {
  await pages.upgrade('0.11.1')
  await expect(page.getByText(/not healthy|starting|unhealthy|503/i).first()).toBeVisible({ timeout: 90_000 })
  await expect(page.getByText(/applying migration 4/).first()).toBeVisible()
  await expectWellMade(page, 'run')
  await pages.expectOutcome(OUTCOME.rolledBack('0.11.1', '0.10.1'))
  await expectWellMade(page, 'outcome')
})

test('every screen is readable in both sizes and schemes, and axe finds nothing', async () => {
  const screens: readonly (readonly [name: string, open: () => Promise<void>])[] = [
    ['hosts', () => pages.sidebar.getByRole('link', { name: 'Slipway' }).click()],
    ['add-host', () => pages.sidebar.getByRole('link', { name: 'Add a host' }).click()],
    ['host', () => pages.sidebar.getByRole('link', { name: /^Sample/ }).click()],
    ['overview', () => pages.openStack()],
    ['history', () => pages.openTab('History')],
    ['operation', () => page.getByRole('row').filter({ hasText: '0.11.4' }).first().getByRole('link').click()],
    ['choose', () => pages.openTab('Upgrade')],
  ]
  for (const [name, open] of screens) {
    await open()
    await expect(page.getByRole('main')).not.toBeEmpty()
    await expectWellMade(page, name)
  }
  await pages.planUpgrade('0.11.0')
  await expectWellMade(page, 'plan')
})

test('an upgrade can be planned by keyboard alone', async () => {
  await pages.openTab('Overview')
  await page.keyboard.press('Tab')
  const focused = page.locator(':focus-visible')
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused.textContent())?.trim() === 'Upgrade') break
    await page.keyboard.press('Tab')
  }
  await expect(focused).toHaveText('Upgrade')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Show plan' })).toBeVisible()
})
