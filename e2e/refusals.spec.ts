import { basename } from 'node:path'
import type { Page } from '@playwright/test'
import { AppPages } from './app-pages.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { expect, test } from './fixtures.ts'
import type { SampleHost } from './host/sample-host.ts'
import { startSampleHost } from './host/start-sample-host.ts'
import { expectWellMade } from './look.ts'
import { services } from './products/monlight/versions.ts'
import { StackTruth } from './stack-truth.ts'

/** What goes wrong before an upgrade may begin: each with its own words, and nothing changed. */
test.describe.configure({ mode: 'serial' })

let sample: SampleHost
let app: AppProcess
let page: Page
let pages: AppPages
let truth: StackTruth
let before: Awaited<ReturnType<typeof readHost>>

const COMPOSE_FILE = '/home/deploy/monlight/docker-compose.yml'
const ENV_FILE = '/home/deploy/monlight/.env'

/** What no refusal may change. */
async function readHost() {
  return {
    containers: await truth.containers(),
    ids: await truth.containerIds(),
    compose: await truth.file('docker-compose.yml'),
    env: await truth.file('.env'),
  }
}

test.beforeAll(async ({ browser }) => {
  sample = await startSampleHost({ stacks: ['monlight'], diskSize: '3G' })
  truth = new StackTruth(sample)
  before = await readHost()
  app = await startApp()
  page = await (await browser.newContext()).newPage()
  await page.goto(app.link)
  pages = new AppPages(page)
  await pages.connectTo(sample)
  await pages.openStack()
})

test.afterEach(async () => {
  expect(await readHost()).toEqual(before)
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
  // The list may be there from before; then it is asked for anew.
  await expect(again.or(page.getByText(/could not check/i)).first()).toBeVisible({ timeout: 60_000 })
  if (await again.isVisible()) await again.click()
  await expect(page.getByText(/could not check/i).first()).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('Up to date')).toHaveCount(0)
  await sample.startRegistry()
  await page.getByRole('button', { name: 'Check again' }).last().click()
  await expect(page.getByRole('radio', { name: '0.10.1', exact: true })).toBeVisible({ timeout: 60_000 })
})

test('a compose file with a syntax error is named with its line, and an upgrade is refused', async () => {
  const broken = `${before.compose}\n  : [broken\n`
  const problem = /docker-compose\.yml of monlight on Sample is not valid \(line \d+\)\./
  await expectRefused(COMPOSE_FILE, broken, problem)
  await sample.writeFile(COMPOSE_FILE, before.compose)
  await expectWellAgain()
})

test('versions that a broken file kept from being asked for are asked for once it is mended', async () => {
  await pages.openTab('Upgrade')
  await expect(page.getByRole('radio', { name: '0.10.1', exact: true })).toBeVisible()
  await sample.writeFile(COMPOSE_FILE, `${before.compose}\n  : [broken\n`)
  // The broken file may be noticed before the button is pressed, which is gone then.
  await page
    .getByRole('button', { name: 'Ask the registry again' })
    .click({ timeout: 2_000 })
    .catch(() => undefined)
  await expect(page.getByText('An upgrade can be planned when the stack can be read.')).toBeVisible()
  await sample.writeFile(COMPOSE_FILE, before.compose)
  await expect(page.getByRole('radio', { name: '0.10.1', exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/could not check/i)).toHaveCount(0)
  await expectWellAgain()
})

test('an invalid .env is named with its line, never with what it holds, and an upgrade is refused', async () => {
  const broken = `${before.env}\nBROKEN LINE ="hidden-word\n`
  const line = before.env.split('\n').length + 1
  const problem = new RegExp(`monlight/\\.env on Sample cannot be read as an environment file \\(line ${line}\\)\\.`)
  await expectRefused(ENV_FILE, broken, problem)
  await expect(page.getByText('hidden-word')).toHaveCount(0)
  await sample.writeFile(ENV_FILE, before.env)
  await expectWellAgain()
})

test('a full disk blocks the plan with the figures', async () => {
  await sample.fillDisk(1_000_000)
  await pages.planUpgrade('0.10.1')
  await expect(page.getByText('This plan cannot run')).toBeVisible()
  const figures =
    /[\d.]+ [kMG]?B free in \/\S*, about [\d.]+ [kMG]?B needed: [\d.]+ [kMG]?B for images, [\d.]+ [kMG]?B for the backup\./
  await expect(page.getByText(figures).first()).toBeVisible()
  await expect(page.getByRole('main').getByRole('button', { name: /^Upgrade to/ })).toHaveCount(0)
  await sample.freeDisk()
})

/** Plans an upgrade, breaks a file and presses the button: nothing begins, and no other can be planned. */
async function expectRefused(file: string, broken: string, reason: RegExp): Promise<void> {
  await pages.planUpgrade('0.10.1')
  await sample.writeFile(file, broken)
  await page.getByRole('main').getByRole('button', { name: 'Upgrade to 0.10.1' }).click()
  const again = page.getByRole('button', { name: 'Make a new plan' })
  const refusal = page.getByRole('alert').filter({ hasText: reason }).filter({ has: again })
  await page.setViewportSize({ width: 1024, height: 700 })
  await expect(refusal).toBeInViewport({ ratio: 1 })
  await expectWellMade(page, `refused-${basename(file)}`)
  // It stays when the stack's own page has found the same.
  await expect(page.getByText('Unknown', { exact: true }).first()).toBeVisible()
  await expect(refusal).toBeInViewport({ ratio: 1 })
  await expect(page.getByText(/^Upgrading from/)).toHaveCount(0)
  await pages.openTab('History')
  await expect(page.getByRole('row').filter({ hasText: '0.10.1' })).toHaveCount(0)
  await pages.openTab('Upgrade')
  await expect(page.getByRole('main').getByText(reason).first()).toBeVisible()
  await expect(page.getByText('An upgrade can be planned when the stack can be read.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Show plan' })).toHaveCount(0)
  await expectWellMade(page, `unreadable-${basename(file)}`)
  await pages.openTab('Overview')
  await expect(page.getByText(reason).first()).toBeVisible({ timeout: 20_000 })
  // The file is what is wrong; that no registry was asked is no matter of its own.
  await expect(page.getByText(/could not check/i)).toHaveCount(0)
  expect(await sample.readFile(file)).toBe(broken)
}

async function expectWellAgain(): Promise<void> {
  await pages.openTab('Overview')
  for (const service of services) await pages.expectHealth(service, 'Healthy')
  await expect(page.getByRole('main').getByRole('link', { name: /^Upgrade to/ })).toBeVisible()
}
