import { hostname, userInfo } from 'node:os'
import type { Page } from '@playwright/test'
import { AppPages, OUTCOME } from './app-pages.ts'
import { startApp } from './app-process.ts'
import { expect, test } from './fixtures.ts'
import type { SampleHost } from './host/sample-host.ts'
import { expectWellMade } from './look.ts'
import { StackSession } from './stack-session.ts'
import type { StackTruth } from './stack-truth.ts'

test.describe.configure({ mode: 'serial' })

let session: StackSession
let page: Page
let pages: AppPages
let truth: StackTruth
let sample: SampleHost

test.beforeAll(async ({ browser }) => {
  session = await StackSession.openWithShortGates(browser)
  ;({ page, pages, truth, sample } = session)
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('cancelled while pulling, it stops, and nothing was changed', async () => {
  const [containers, file] = [await truth.containers(), await truth.file('docker-compose.yml')]
  await sample.slowRegistry(20_000)
  await pages.upgrade('0.11.0')
  await expect(page.getByRole('progressbar').first()).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Cancel…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stop here' }).click()
  await pages.expectOutcome(OUTCOME.stopped('0.10.0'))
  await sample.slowRegistry(0)
  expect(await truth.containers()).toEqual(containers)
  expect(await truth.file('docker-compose.yml')).toBe(file)
})

test('a second app on the same stack is refused, with the name and the time of the first', async ({ browser }) => {
  const second = await startApp()
  const context = await browser.newContext()
  const secondPage = await context.newPage()
  await secondPage.goto(second.link)
  const secondPages = new AppPages(secondPage)
  await secondPages.connectTo(sample)
  await secondPages.openStack()
  await secondPages.planUpgrade('0.11.0')

  await sample.slowRegistry(20_000)
  await pages.upgrade('0.11.0')
  await expect(secondPage.getByRole('link', { name: 'View running upgrade' })).toBeVisible({ timeout: 60_000 })
  await expect(
    secondPage.getByText(new RegExp(`${userInfo().username} on ${hostname()} began it .*(now|ago)`)),
  ).toBeVisible()
  await expect(secondPage.getByRole('button', { name: 'Show plan' })).toHaveCount(0)

  await page.getByRole('button', { name: 'Cancel…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stop here' }).click()
  await pages.expectOutcome(OUTCOME.stopped('0.10.0'))
  await sample.slowRegistry(0)
  await secondPage.setViewportSize({ width: 1024, height: 700 })
  await expect(secondPage.getByText('The plan was put aside: meanwhile the stack has changed')).toBeInViewport({
    timeout: 60_000,
  })
  await expectWellMade(secondPage, 'plan-put-aside')
  await secondPages.planUpgrade('0.11.0')
  await context.close()
  await second[Symbol.asyncDispose]()
})

test('cancelled during the health gate, it rolls back, and every row is there', async () => {
  const [rows, file] = [await truth.errorRows(), await truth.file('docker-compose.yml')]
  await pages.upgrade('0.11.1')
  const cancel = page.getByRole('button', { name: 'Cancel and roll back…' })
  await expect(cancel).toBeVisible({ timeout: 90_000 })
  await expect(page.getByText(/healthy for|not healthy|starting|unhealthy/i).first()).toBeVisible({ timeout: 60_000 })
  await cancel.click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Cancel and roll back to/ })
    .click()
  await pages.expectOutcome(OUTCOME.rolledBack('0.11.1', '0.10.0'))
  for (const line of await truth.containers()) expect(line).toMatch(/ 0\.10\.0 healthy$/)
  expect(await truth.errorRows()).toEqual(rows)
  expect(await truth.acceptsNewErrors()).toBe(201)
  expect(await truth.file('docker-compose.yml')).toBe(file)
})
