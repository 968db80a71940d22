import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { expectWellMade } from './look.ts'
import { seedMonitor } from './seed-monitor.ts'

test.describe.configure({ mode: 'serial' })

const dataFolder = mkdtempSync(join(tmpdir(), 'app-data-'))
test.beforeAll(() => seedMonitor(dataFolder, { hosts: 20, nowMs: Date.now() }))
test.afterAll(() => rmSync(dataFolder, { recursive: true, force: true }))

async function openSeeded(page: Page, start: (options: { dataFolder: string }) => Promise<{ link: string }>) {
  await page.goto((await start({ dataFolder })).link)
  await expect(page.getByRole('heading', { level: 1, name: 'Hosts' })).toBeVisible()
}

test('twenty hosts with a hundred stacks are found by a few keys', async ({ page, startApp }) => {
  await openSeeded(page, startApp)
  const rows = page.getByRole('table', { name: 'Stacks of all hosts' }).getByRole('row')
  await expect(rows).toHaveCount(101)
  await expect(page.getByText('20 hosts, 100 stacks')).toBeVisible()
  await expectWellMade(page, 'fleet-many')

  await page.getByRole('heading', { level: 1, name: 'Hosts' }).click()
  await page.keyboard.press('/')
  await page.keyboard.type('vm-7 mail')
  await expect(rows).toHaveCount(2)
  await page.keyboard.press('Escape')
  await expect(rows).toHaveCount(101)
  await rows.nth(1).getByRole('link').first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(rows.nth(2).getByRole('link').first()).toBeFocused()

  await page.getByText('By host', { exact: true }).click()
  await expect(page.getByRole('region', { name: 'vm-20.example.org' })).toBeVisible()
})

test('a month is shown with what nobody observed left out of every line', async ({ page, startApp }) => {
  await openSeeded(page, startApp)
  await page.getByRole('textbox', { name: 'Filter stacks' }).fill('vm-1.example shop')
  await page.getByRole('table', { name: 'Stacks of all hosts' }).getByRole('link', { name: 'shop' }).click()
  await page
    .getByRole('navigation', { name: 'Parts of the stack' })
    .getByRole('link', { name: 'Health', exact: true })
    .click()
  await page.getByText('30 d', { exact: true }).click()
  const states = page.getByRole('list', { name: 'Status in the last 30 days, by state' })
  for (const word of ['Down', 'Degraded', 'Unknown', 'Maintenance', 'Not observed', 'Healthy']) {
    await expect(states).toContainText(word)
  }
  await expect(page.getByText('of the 80 % observed', { exact: true })).toBeVisible()
  await expect(page.getByText(/At the pace of the last week it is full in \d+ days\./)).toBeVisible()
  const memory = page.getByRole('region', { name: 'Memory' })
  await expect(memory.getByRole('button', { name: /database/ })).toContainText('MiB')
  // Three stretches of time were observed: each line begins anew in each, and is drawn across none of the gaps.
  const path = await memory.locator('.recharts-line-curve').first().getAttribute('d')
  expect(path?.match(/M/g)).toHaveLength(2)
  await expectWellMade(page, 'health-month')

  const cpu = page.getByRole('region', { name: 'CPU' })
  await expect(cpu).toContainText('the thin line is the highest')
  const plot = cpu.locator('.recharts-surface').first()
  await plot.scrollIntoViewIfNeeded()
  const box = await boxOf(plot)
  const hint = cpu.locator('.recharts-tooltip-wrapper')
  await expectHint(page, { hint, box, at: 0.45 }, ['Healthy', 'web', 'worker', 'database', 'highest', '%'])
  await expectWellMade(page, 'health-hint')
  await expectHint(page, { hint, box, at: 0.58 }, ['Not observed', 'no data'])

  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await page.getByRole('button', { name: 'Show all 30 days' }).click()
  await expect(page.getByRole('button', { name: 'Show all 30 days' })).toHaveCount(0)
})

test('the brush chooses what the charts show, by pointer and by keys, and a year back is shown as well', async ({
  page,
  startApp,
}) => {
  await openSeeded(page, startApp)
  await page.goto(`${new URL(page.url()).origin}/#/hosts/host-1/stacks/shop/health?range=%2230d%22`)
  const figures = page.getByRole('region', { name: 'Figures over time' })
  const edges = figures.getByRole('slider')
  await expect(edges).toHaveCount(2)
  const [brush, edge] = [await boxOf(figures.locator('.recharts-brush')), await boxOf(edges.first())]
  await page.mouse.move(edge.x + edge.width / 2, edge.y + edge.height / 2)
  await page.mouse.down()
  await page.mouse.move(brush.x + brush.width * 0.6, edge.y + edge.height / 2, { steps: 6 })
  await page.mouse.up()
  const all = figures.getByRole('button', { name: 'Show all 30 days' })
  await expect(all).toBeVisible()
  const shown = figures.locator('[data-shown]')
  const before = await shown.textContent()
  await edges.first().focus()
  for (let press = 0; press < 30; press += 1) await page.keyboard.press('ArrowRight')
  await expect(shown).not.toHaveText(before ?? '')
  await all.click()
  await expect(all).toHaveCount(0)

  await page.getByText('1 y', { exact: true }).click()
  const states = page.getByRole('list', { name: 'Status in the last 1 year, by state' })
  for (const word of ['Down', 'Not observed', 'Healthy']) await expect(states).toContainText(word)
  await expect(page.getByText('Up, last 1 year')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Response time', exact: true })).toContainText('p95')
  await expectWellMade(page, 'health-year')
})

type Box = Awaited<ReturnType<typeof boxOf>>

/** Moves over a chart until its hint says these words: it learns its width some time after the page has. */
async function expectHint(
  page: Page,
  { hint, box, at }: { readonly hint: Locator; readonly box: Box; readonly at: number },
  words: readonly string[],
) {
  let tries = 0
  await expect(async () => {
    await page.mouse.move(box.x + box.width * at + (tries++ % 3), box.y + box.height / 2)
    for (const word of words) await expect(hint).toContainText(word, { timeout: 1_000 })
  }).toPass({ timeout: 20_000 })
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox()
  if (!box) throw new Error('It is not shown.')
  return box
}
