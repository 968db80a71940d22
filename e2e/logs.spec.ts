import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { LogPages } from './log-pages.ts'
import { LogSession } from './log-session.ts'
import { expectWellMade } from './look.ts'

/** What the services of a stack say, each by its own logger, as one reads it in the browser. */
test.describe.configure({ mode: 'serial' })

const SERVICES = ['api', 'worker', 'plain', 'db', 'cache']

let session: LogSession
let logs: LogPages

test.beforeAll(async ({ browser }) => {
  session = await LogSession.open(browser)
  logs = new LogPages(session.page)
  await session.pages.openTab('Logs')
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('lines of every logger are followed in one list, in the order of time, read by their format', async () => {
  const { page } = session
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible()
  for (const service of ['api', 'worker', 'plain']) await expect(logs.rowWith(service).first()).toBeVisible()
  const first = await logs.list.getAttribute('aria-rowcount')
  await expect(logs.list).not.toHaveAttribute('aria-rowcount', first ?? '')
  const times = await logs.rows.locator('[role="gridcell"]:first-child').allTextContents()
  expect(times).toEqual([...times].sort())
  await expect(page.getByRole('columnheader')).toHaveText([
    'Time',
    'Service',
    'Level',
    'request_id',
    'tenant',
    'Message',
  ])
  const job = logs.rowWith(/job done/).first()
  await expect(job).toContainText('info')
  await expect(job).not.toContainText('[32m')
  await page.getByRole('button', { name: 'All services' }).click()
  for (const service of SERVICES) await expect(page.getByRole('checkbox', { name: service })).toBeChecked()
  await expect(page.getByText('following, pino', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Only db' }).click()
  await page.keyboard.press('Escape')
  await logs.expectOnlyService('db')
  await logs.clearFilter()
})

test('by keyboard alone lines are searched, walked through, opened and filtered by a field', async () => {
  const { page } = session
  await logs.list.focus()
  await page.keyboard.press('/')
  await page.keyboard.type('request failed')
  // As fast as one types: what the keys say counts for the lines that were asked for.
  await page.keyboard.press('Enter')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await logs.expectOnlyRows('request failed')
  await expect(logs.list.locator('[aria-selected="true"]')).toHaveAttribute('aria-rowindex', '3')
  await page.keyboard.press('Enter')
  await expect(logs.details).toContainText('upstream refused')
  await expect(logs.details.getByRole('region', { name: 'The line as JSON' })).toContainText('"level": 50')
  await logs.details.getByRole('button', { name: 'Filter by tenant' }).press('Enter')
  await expect(logs.conditions).toContainText('tenant = acme')
  await logs.expectOnlyRows('acme')
  await page.keyboard.press('Escape')
  await expect(logs.details).toHaveCount(0)
  await expect(logs.list).toBeFocused()
  await page.keyboard.press('f')
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible()
  await logs.clearFilter()
})

test('by mouse a line is opened and what it has is excluded', async () => {
  await logs.search.fill('request was slow')
  await logs.rowWith('request was slow').first().click()
  await logs.details.getByRole('button', { name: 'Exclude by tenant' }).click()
  await expect(logs.conditions).toContainText('tenant ≠ acme')
  await expect(session.page.getByText('No line passes')).toBeVisible()
  await session.page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect(logs.rows.first()).toBeVisible()
  await session.page.getByRole('button', { name: 'Close the details' }).click()
})

test('levels are put in and out, and a text may be a regular expression', async () => {
  const { page } = session
  await page.getByRole('button', { name: /^error/ }).click({ modifiers: ['Shift'] })
  await expect(logs.conditions).toContainText('level: fatal, error')
  await logs.expectOnlyRows(/error|fatal/)
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await logs.search.fill('req-\\d+00"')
  await logs.expectOnlyRows(/req-\d+00/)
  await logs.search.fill('req-(')
  await expect(logs.search).toHaveAccessibleDescription(/Unterminated group/i)
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await logs.clearFilter()
})

test('a stretch of the histogram is zoomed into by keys and by dragging', async () => {
  const { page } = session
  const chart = page.getByRole('slider', { name: /^Time/ })
  await expect.poll(() => logs.shownCount()).toBeGreaterThan(5000)
  const before = await logs.shownCount()
  await chart.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Reset zoom' })).toBeVisible()
  await expect.poll(() => logs.shownCount()).toBeLessThan(before)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Reset zoom' })).toHaveCount(0)
  const box = await chart.boundingBox()
  if (!box) throw new Error('The histogram is not drawn')
  await page.mouse.move(box.x + box.width * 0.7, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.9, box.y + 20, { steps: 4 })
  await page.mouse.up()
  await expect(page.getByRole('button', { name: 'Reset zoom' })).toBeVisible()
  await page.getByRole('button', { name: 'Reset zoom' }).click()
  await expect(logs.conditions).toHaveCount(0)
})

test('what is older than the held lines is found on the host', async () => {
  await logs.search.fill('the needle in the haystack')
  await expect(session.page.getByText('No line passes')).toBeVisible()
  await session.page.getByRole('button', { name: 'Search on the host' }).click()
  await expect(logs.rowWith('the needle in the haystack')).toHaveCount(1, { timeout: 60_000 })
  await expect(session.page.getByText(/looked back to .*, read [\d,]+ lines, found 1/)).toBeVisible()
  await expect(logs.rowWith('the needle in the haystack')).toContainText('initech')
  await logs.clearFilter()
})

test('what passes the filter is exported, line by line', async () => {
  await logs.search.fill('request failed')
  await logs.expectOnlyRows('request failed')
  const lines = await logs.export('NDJSON')
  expect(lines.length).toBeGreaterThan(50)
  const entries = lines.map((line) => JSON.parse(line) as unknown)
  for (const entry of entries) expect(JSON.stringify(entry)).toContain('request failed')
  for (const line of await logs.export('text')) expect(line).not.toBe('')
  await logs.clearFilter()
})

test('filters and watch rules are kept for the stack', async () => {
  const { page } = session
  await logs.search.fill('job was slow')
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByLabel('Save the filter that is on as').fill('Slow jobs')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('button', { name: /^Slow jobs/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await logs.clearFilter()
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByRole('button', { name: /^Slow jobs/ }).click()
  await logs.expectOnlyRows('job was slow')
  await logs.clearFilter()
  await page.getByRole('button', { name: 'Watch rules' }).click()
  await page.getByRole('button', { name: 'New rule' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Failing requests')
  await expectWellMade(page, 'logs-rule')
  await page.getByRole('button', { name: 'Save the rule' }).click()
  await expect(page.getByText('more than 5 lines in 60 s: level: fatal, error')).toBeVisible()
  await page.getByRole('button', { name: 'Delete Failing requests' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click()
})

test('a link to a moment shows it again on another page', async () => {
  const { page } = session
  const row = logs.rowWith('request was slow').first()
  const id = /req-\d+/.exec((await row.textContent()) ?? '')?.[0] ?? ''
  await row.click()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy a link to this moment' }).click()
  await expect.poll(() => readClipboard(page)).toContain('at=')
  const link = await readClipboard(page)
  const second = await page.context().newPage()
  await second.goto(link)
  const selected = new LogPages(second).list.locator('[aria-selected="true"]')
  await expect(selected).toContainText(id)
  await second.close()
  await page.getByRole('button', { name: 'Close the details' }).click()
  await page.keyboard.press('f')
})

test('a list that is read says how many lines came meanwhile, and a click shows them', async () => {
  const { page } = session
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible()
  await logs.list.focus()
  await page.keyboard.press('f')
  const newer = page.getByRole('button', { name: /^[\d,]+ new lines?$/ })
  await expect(newer).toBeVisible()
  const countOf = async () => Number.parseInt(((await newer.textContent()) ?? '').replaceAll(',', ''), 10)
  const [first, shown] = [await countOf(), await logs.rows.first().textContent()]
  await expect.poll(countOf).toBeGreaterThan(first)
  expect(await logs.rows.first().textContent()).toBe(shown)
  await newer.click()
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible()
  await expect(newer).toHaveCount(0)
  await expect(logs.rows.first()).not.toHaveText(shown ?? '')
})

test('a line is copied as the JSON that it is', async () => {
  const { page } = session
  await logs.search.fill('request failed')
  await logs.rowWith('request failed').first().click()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await logs.details.getByRole('button', { name: 'Copy as JSON' }).click()
  await expect.poll(() => readClipboard(page)).toMatch(/^\{/)
  expect(JSON.parse(await readClipboard(page))).toMatchObject({ level: 50, msg: 'request failed' })
  await page.getByRole('button', { name: 'Close the details' }).click()
  await logs.clearFilter()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Jump to newest' }).click()
})

test('a moment that the host has no lines of is said not to be shown', async () => {
  const { page } = session
  const second = await page.context().newPage()
  await second.goto(`${page.url()}?at=2020-01-01T00:00:00.000Z&service=api`)
  await expect(
    second.getByRole('alert').filter({ hasText: /The lines of .* are not shown: the host has none/ }),
  ).toBeVisible()
  await second.close()
})

test('the list is well made, with and without details, wrapped and not', async () => {
  const { page } = session
  await logs.rowWith('request').first().click()
  await expect(logs.details).toContainText('Stream')
  await expectWellMade(page, 'logs-details')
  await page.getByRole('button', { name: 'Close the details' }).click()
  await page.getByRole('button', { name: 'Wrap lines' }).click()
  await expect(logs.rows.first()).toBeVisible()
  await page.keyboard.press('f')
  await expectWellMade(page, 'logs-wrapped')
  await page.getByRole('button', { name: 'Wrap lines' }).click()
})

test('an upgrade in the middle does not end the tail', async () => {
  const follower = await session.openSecondPage()
  const followed = new LogPages(follower)
  await expect(follower.getByRole('button', { name: 'Following' })).toBeVisible()
  await session.pages.upgrade('0.10.5')
  await session.pages.expectOutcome('Upgraded to 0.10.5')
  await expect(follower.getByRole('button', { name: 'Following' })).toBeVisible()
  await followed.search.fill('goodbye')
  await expect(followed.rowWith('goodbye')).toHaveCount(1)
  await followed.search.fill('this line is no JSON')
  await expect(followed.rowWith('this line is no JSON').last()).toBeVisible()
  await followed.search.fill('request completed')
  const newest = await followed.shownCount()
  await expect.poll(() => followed.shownCount()).toBeGreaterThan(newest)
  await follower.close()
})

const readClipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText())
