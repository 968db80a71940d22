import type { Locator, Page } from '@playwright/test'
import { type AppPages, OUTCOME } from './app-pages.ts'
import { expect, test } from './fixtures.ts'
import { expectWellMade } from './look.ts'
import { StackSession } from './stack-session.ts'
import type { StackTruth } from './stack-truth.ts'

/** One host, two stacks and one app for the whole file: what happens to the first is watched beside the second. */
test.describe.configure({ mode: 'serial' })

/** A look each quarter of a minute, two that agree, and a busy machine. */
const NOTICED_MS = 150_000

let session: StackSession
let page: Page
let pages: AppPages
let truth: StackTruth

test.beforeAll(async ({ browser }) => {
  session = await StackSession.open(browser)
  ;({ page, pages, truth } = session)
  await startSecondStack()
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

/** Earlier in the alphabet than the first, so that by name it would be listed above. Nobody needs it to do anything. */
async function startSecondStack() {
  const directory = '/home/deploy/aside'
  const file = 'services:\n  aside:\n    image: localhost:5000/library/redis:8.0\n'
  await truth.sample.exec(['mkdir', '-p', directory], { user: 'deploy' })
  await truth.sample.writeFile(`${directory}/docker-compose.yml`, file)
  await truth.exec(['docker', 'compose', '--project-directory', directory, 'up', '-d'])
}

const states = (): Locator => page.getByRole('list', { name: 'Status in the last 24 hours, by state' })
const fleetRow = (place: number): Locator =>
  page
    .getByRole('table', { name: 'Stacks of all hosts' })
    .getByRole('row')
    .nth(place + 1)

async function openFleet() {
  await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Hosts' }).click()
}

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

test('a stopped service is told at once, and its stack is listed above the other', async () => {
  await openFleet()
  await expect(fleetRow(0)).toContainText('aside', { timeout: NOTICED_MS })
  await truth.compose('stop', 'error-tracker')
  await expect(page.getByText(/^monlight is down$/i)).toBeVisible({ timeout: NOTICED_MS })
  await expect(fleetRow(0)).toContainText(/monlight/i)
  await expect(fleetRow(0)).toContainText('Down')
  await expect(fleetRow(1)).toContainText('aside')
  await expect(pages.sidebar.getByText('1 down')).toBeVisible()
  await expect(page).toHaveTitle(/^\(1 down\)/)
  await expectWellMade(page, 'fleet')
})

test('the incident has its evidence, what the logs said, and the way to the logs there', async () => {
  await fleetRow(0)
    .getByRole('link', { name: /^Open incident of monlight$/i })
    .click()
  await expect(page.getByRole('heading', { name: 'Evidence' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Evidence' })).toContainText(/error-tracker/)
  await expect(page.getByRole('region', { name: 'Last lines of error-tracker' })).toContainText(/\S/)
  await expect(page.getByRole('link', { name: 'Open the logs of error-tracker' })).toHaveAttribute(
    'href',
    /\/logs\?(?=.*at=%222|.*at=2)(?=.*service=error-tracker)/,
  )
  await expectWellMade(page, 'incident')
})

test('when it is back that is told too, and the incident has an end', async () => {
  await truth.compose('start', 'error-tracker')
  await expect(page.getByText(/^monlight has recovered$/i)).toBeVisible({ timeout: NOTICED_MS })
  await expect(page.getByText(/^Down, over:/)).toBeVisible()
  await page.getByRole('button', { name: /^Notices/ }).click()
  const latest = page.getByRole('list', { name: 'Latest notices' }).getByRole('listitem')
  await expect(latest.first()).toContainText(/monlight has recovered/i)
  await expect(latest.last()).toContainText(/monlight is (down|degraded)/i)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveTitle(/down/)
  await page.getByRole('link', { name: 'All of its health over time' }).click()
  await expect(states()).toContainText('Down')
})

test('an upgrade is maintenance, and no incident', async () => {
  await pages.upgrade('0.10.1')
  await pages.expectOutcome(OUTCOME.upgraded('0.10.1'))
  await pages.openTab('Health')
  await expect(states()).toContainText('Maintenance', { timeout: NOTICED_MS })
  await expect(page.getByRole('table', { name: 'Incidents' }).getByRole('row')).toHaveCount(2)
  await page.getByRole('button', { name: /marks? in this range/ }).click()
  await expect(page.getByRole('table', { name: 'Marks' })).toContainText(/upgrade/i)
})
