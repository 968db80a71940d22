import type { Page } from '@playwright/test'
import { type AppPages, OPERATION_LIMIT_MS, OUTCOME } from './app-pages.ts'
import { expect, test } from './fixtures.ts'
import { expectWellMade } from './look.ts'
import { StackSession } from './stack-session.ts'
import type { StackTruth } from './stack-truth.ts'

/**
 * One host and one app for the whole file: each upgrade begins from what the one before left, as on a real machine,
 * and the bad ones must leave exactly what they found.
 */
test.describe.configure({ mode: 'serial' })
test.setTimeout(OPERATION_LIMIT_MS + 60_000)

const SERVICES = ['browser-relay', 'error-tracker', 'log-viewer', 'metrics-collector']
const allAt = (version: string) => SERVICES.map((service) => `${service} ${version} healthy`)

let session: StackSession
let page: Page
let pages: AppPages
let truth: StackTruth

test.beforeAll(async ({ browser }) => {
  session = await StackSession.open(browser)
  ;({ page, pages, truth } = session)
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

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

test('the good patch is applied, and a plain docker compose up -d finds it up to date', async () => {
  const [rows, file] = [await truth.errorRows(), await truth.file('docker-compose.yml')]
  await pages.upgrade('0.10.1')
  await pages.expectOutcome(OUTCOME.upgraded('0.10.1'))
  expect(await truth.containers()).toEqual(allAt('0.10.1'))
  expect(await truth.errorRows()).toEqual(rows)
  expect(await truth.file('docker-compose.yml')).toBe(file.replaceAll('0.10.0', '0.10.1'))
  expect(await truth.composeUp()).not.toMatch(/Recreate|Started|Created|Starting/)
})

for (const [version, fault] of [
  ['0.11.1', 'never becomes healthy'],
  ['0.11.2', 'fails half-way through its migration'],
  ['0.11.3', 'crashes in a loop after five seconds'],
  ['0.11.4', 'is healthy and fails the smoke test'],
] as const) {
  test(`${version}, which ${fault}, ends in the old version with every row, and history says why`, async () => {
    const [rows, metrics, file] = [
      await truth.errorRows(),
      await truth.metricCount(),
      await truth.file('docker-compose.yml'),
    ]
    await pages.upgrade(version)
    await pages.expectOutcome(OUTCOME.rolledBack(version, '0.10.1'))
    expect(await truth.containers()).toEqual(allAt('0.10.1'))
    expect(await truth.errorRows()).toEqual(rows)
    expect(await truth.metricCount()).toBe(metrics)
    expect(await truth.schemaVersion()).toBe(3)
    expect(await truth.acceptsNewErrors()).toBe(201)
    expect(await truth.file('docker-compose.yml')).toBe(file)
    await expect(page.getByText('Data was restored from the backup.')).toBeVisible()

    await pages.openTab('History')
    const row = page.getByRole('row').filter({ hasText: version }).first()
    await expect(row).toContainText('Rolled back')
    await expect(row).toContainText('Restored')
    await expect(row).toContainText(/error-tracker|smoke/i)
    await row.getByRole('link').click()
    await page.getByRole('tab', { name: /Attachments \([1-9]/ }).click()
    await expect(page.getByText(/error-tracker/).first()).toBeVisible()
  })
}

test('the good minor migrates the schema and keeps the data', async () => {
  const rows = await truth.errorRows()
  await pages.upgrade('0.11.0')
  await pages.expectOutcome(OUTCOME.upgraded('0.11.0'))
  expect(await truth.containers()).toEqual(allAt('0.11.0'))
  expect(await truth.schemaVersion()).toBe(4)
  expect(await truth.errorRows()).toEqual(rows)
  expect(await truth.acceptsNewErrors()).toBe(201)
  expect(await truth.composeUp()).not.toMatch(/Recreate|Started|Created|Starting/)
})

test('rolling back by hand says what it loses, and brings version, schema and rows back', async () => {
  const rows = await truth.errorRows()
  await pages.openTab('History')
  await page.getByRole('row').filter({ hasText: '0.11.0' }).first().getByRole('link').click()
  await page.getByRole('link', { name: 'Roll back to before this' }).click()
  await expect(page.getByText('What will happen')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/lose|lost/i).first()).toBeVisible()
  await page.getByRole('button', { name: 'Roll back to 0.10.1…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('monlight')
  await dialog.getByRole('button', { name: 'Roll back to 0.10.1' }).click()
  await pages.expectOutcome('Rolled back to 0.10.1')
  expect(await truth.containers()).toEqual(allAt('0.10.1'))
  expect(await truth.schemaVersion()).toBe(3)
  expect(await truth.errorRows()).toEqual(rows)
  expect(await truth.acceptsNewErrors()).toBe(201)
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
