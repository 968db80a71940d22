import type { Locator, Page } from '@playwright/test'
import { type AppPages, OPERATION_LIMIT_MS } from './app-pages.ts'
import { expect, test } from './fixtures.ts'
import { expectWellMade } from './look.ts'
import { StackSession } from './stack-session.ts'

test.setTimeout(OPERATION_LIMIT_MS + 60_000)

/** A look each quarter of a minute, two that agree, and a busy machine. */
const NOTICED_MS = 150_000

let session: StackSession
let page: Page
let pages: AppPages

test.beforeAll(async ({ browser }) => {
  session = await StackSession.open(browser)
  ;({ page, pages } = session)
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

const states = (): Locator => page.getByRole('list', { name: 'Status in the last 24 hours, by state' })

test('what was observed is shown with what was not, and the uptime says how much it speaks of', async () => {
  await pages.openTab('Health')
  await expect(states()).toContainText('Healthy', { timeout: NOTICED_MS })
  await expect(states()).toContainText('Not observed')
  await expect(page.getByText('of the < 1 % observed').first()).toBeVisible()
  await page.getByText('1 h', { exact: true }).click()
  await expect(page.getByRole('region', { name: 'CPU' }).getByRole('button', { name: /error-tracker/ })).toBeVisible({
    timeout: NOTICED_MS,
  })
  await expect(page.getByRole('region', { name: 'Response time', exact: true })).toBeVisible()
  await expect(page.getByText('None while this stack was watched.')).toBeVisible()
  await expectWellMade(page, 'health')
})
