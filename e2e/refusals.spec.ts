import type { Page } from '@playwright/test'
import { AppPages } from './app-pages.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { expect, test } from './fixtures.ts'
import type { SampleHost } from './host/sample-host.ts'
import { startSampleHost } from './host/start-sample-host.ts'
import { StackTruth } from './stack-truth.ts'

/** What goes wrong before an upgrade may begin: each with its own words, and nothing changed. */
test.describe.configure({ mode: 'serial' })

let sample: SampleHost
let app: AppProcess
let page: Page
let pages: AppPages
let truth: StackTruth
let before: { containers: string[]; compose: string; env: string }

test.beforeAll(async ({ browser }) => {
  sample = await startSampleHost({ stacks: ['monlight'], diskSize: '3G' })
  truth = new StackTruth(sample)
  before = {
    containers: await truth.containers(),
    compose: await truth.file('docker-compose.yml'),
    env: await truth.file('.env'),
  }
  app = await startApp()
  page = await (await browser.newContext()).newPage()
  await page.goto(app.link)
  pages = new AppPages(page)
  await pages.connectTo(sample)
  await pages.openStack()
})

test.afterEach(async () => {
  expect(await truth.containers()).toEqual(before.containers)
})

test.afterAll(async () => {
  await page?.context().close()
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

test('with the registry stopped, versions could not be checked, which is never "up to date"', async () => {
  await sample.stopRegistry()
  await pages.openTab('Upgrade')
  const again = page.getByRole('button', { name: 'Ask the registry again' })
  if (await again.isVisible()) await again.click()
  await expect(page.getByText(/could not check/i).first()).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('Up to date')).toHaveCount(0)
  await sample.startRegistry()
  await page.getByRole('button', { name: 'Check again' }).last().click()
  await expect(page.getByRole('radio', { name: '0.10.1', exact: true })).toBeVisible({ timeout: 60_000 })
})

test('a compose file with a syntax error is named with its line, and an upgrade is refused', async () => {
  await sample.writeFile('/home/deploy/monlight/docker-compose.yml', `${before.compose}\n  : [broken\n`)
  await pages.openTab('Overview')
  await expect(page.getByText(/docker-compose\.yml/).first()).toBeVisible({ timeout: 20_000 })
  await expect(page.getByText(/line \d+/).first()).toBeVisible()
  await sample.writeFile('/home/deploy/monlight/docker-compose.yml', before.compose)
})

test('an invalid .env is named with its line', async () => {
  await sample.writeFile('/home/deploy/monlight/.env', `${before.env}\nBROKEN LINE ="\n`)
  await expect(page.getByText(/\.env/).first()).toBeVisible({ timeout: 20_000 })
  await sample.writeFile('/home/deploy/monlight/.env', before.env)
  await expect(page.getByText(/is healthy|Healthy/).first()).toBeVisible({ timeout: 20_000 })
})

test('a full disk blocks the plan with the figures', async () => {
  await sample.fillDisk(1_000_000)
  await pages.planUpgrade('0.10.1')
  await expect(page.getByText('This plan cannot run')).toBeVisible()
  await expect(page.getByText(/free/i).first()).toBeVisible()
  await expect(page.getByRole('main').getByRole('button', { name: /^Upgrade to/ })).toHaveCount(0)
  await sample.freeDisk()
  expect(await truth.file('docker-compose.yml')).toBe(before.compose)
})
