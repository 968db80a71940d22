import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readRunbookPage } from '../scripts/runbook/docs.ts'
import { expect, test } from './fixtures.ts'
import { expectWellMade } from './look.ts'
import { ProductSession } from './product-session.ts'
import { expectGoodUpgrade, expectRolledBack } from './product-upgrades.ts'
import { LedgerTruth } from './products/ledger/truth.ts'

/** A product that Slipway has no runbook for: operated without any, with a first one, and with the one of the docs. */
test.describe.configure({ mode: 'serial' })

const SERVICES = ['db', 'cache', 'web']
/** What docs/runbooks.md builds. */
const runbook = readRunbookPage().stages.at(-1) ?? ''

let session: ProductSession<LedgerTruth>

test.beforeAll(async ({ browser }) => {
  session = await ProductSession.open(browser, {
    product: 'ledger',
    name: 'ledger',
    createTruth: (sample) => LedgerTruth.open(sample),
    prepare: (truth) => truth.seed(),
  })
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

test('without a runbook it is found, and judged by what its containers say', async () => {
  const { pages, page } = session
  await expect(page.getByText('none matches (generic)')).toBeVisible()
  for (const service of SERVICES) await pages.expectHealth(service, 'Healthy')
  // It has no check of its own, and nobody knows what to ask it.
  await pages.expectHealth('storage', 'Unknown')
  await pages.openTab('Runbook')
  await expect(page.getByRole('heading', { name: 'No runbook of its own' })).toBeVisible()
  await expect(page.getByText('An upgrade changes web.')).toBeVisible()
  await expect(page.getByText('No data is known: an upgrade backs nothing up.', { exact: true })).toBeVisible()
})

test('without a runbook it is upgraded where its version is pinned', async () => {
  const { truth } = session
  const file = await truth.file('docker-compose.yml')
  await expectGoodUpgrade(session, { to: '1.0.1' })
  expect(await truth.file('docker-compose.yml')).toBe(file.replace('ledger-web:1.0.0', 'ledger-web:1.0.1'))
})

test('a first runbook is begun from the stack: shown, saved, never over another, and in force at once', async () => {
  const { page, pages, runbookFolder, truth } = session
  await pages.openTab('Runbook')
  await expect(page.getByRole('heading', { name: 'No runbook of its own' })).toBeVisible()
  await expectWellMade(page, 'runbook-none')
  await page.getByRole('button', { name: 'Start from this stack' }).click()
  const preview = page.getByRole('region', { name: 'The runbook as it will be saved' })
  await expect(preview).toContainText('match:\n  images:\n    - "**/acme/ledger-web"')
  await expect(preview).toContainText('kind: postgres')
  await expect(preview).not.toContainText(truth.key)
  await expectWellMade(page, 'runbook-draft')

  mkdirSync(runbookFolder, { recursive: true })
  writeFileSync(join(runbookFolder, 'ledger.yaml'), '# mine')
  await page.getByRole('button', { name: 'Save as ledger.yaml' }).click()
  await expect(page.getByText(/There is a file .*ledger\.yaml already/)).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Start from this stack' }).click()
  await page.getByRole('button', { name: 'Save as ledger-2.yaml' }).click()
  await expect(page.getByText('The runbook is saved, and counts from now on')).toBeVisible()
  await expect(page.getByText('Yours', { exact: true })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'POSTGRES_DB' })).toContainText('Found')
  expect(readdirSync(runbookFolder).sort()).toEqual(['ledger-2.yaml', 'ledger.yaml'])
})

test('the runbook of the docs takes its place, and shows what it asks without telling a secret', async () => {
  const { page, pages, runbookFolder, truth } = session
  writeFileSync(join(runbookFolder, 'ledger-2.yaml'), runbook)
  await expect(async () => {
    await page.getByRole('button', { name: 'Read the runbook again' }).click()
    await expect(page.getByText('2 questions are asked of this stack.')).toBeVisible({ timeout: 2000 })
  }).toPass()
  const probe = page.getByRole('listitem').filter({ hasText: 'Every' }).first()
  await expect(probe).toContainText('GET http://127.0.0.1:8300/health')
  await expect(page.getByRole('main')).toContainText('X-Ledger-Key: ••••••')
  await expect(page.getByRole('main')).not.toContainText(truth.key)
  await expectWellMade(page, 'runbook-own')
  await pages.openTab('Overview')
  await pages.expectProbe('web', 'health', /"status":"ok"/)
  await pages.expectHealth('storage', 'Healthy')
})

test('the command line says the same, without the app and without a secret', async () => {
  const { dataFolder, truth } = session
  const file = join(dataFolder, 'runbooks', 'ledger-2.yaml')
  const argv = ['scripts/commands/runbook.ts', 'explain', file, '--stack', 'Sample/ledger', '--data-folder', dataFolder]
  const { stdout } = await promisify(execFile)(process.execPath, argv)
  expect(stdout).toContain('Written in  /home/deploy/ledger/docker-compose.yml:')
  expect(stdout).toContain('Database  ledger (POSTGRES_DB)')
  expect(stdout).toContain('X-Ledger-Key: ••••••')
  expect(stdout).not.toContain(truth.key)
})

test('a version that fails half-way through its migration ends in the old one, at work on the old data', async () => {
  await expectRolledBack(session, {
    to: '1.1.2',
    from: '1.0.1',
    reason: /exited|restart|healthy|log/i,
    data: 'restored',
  })
})

test('what the rollback replaced is listed with its size, and deleted by the keyboard once the name is typed', async () => {
  const { page, pages, truth } = session
  const databases = () => truth.databases()
  await pages.openTab('Backups')
  const table = page.getByRole('table', { name: 'Replaced data' })
  const row = table.getByRole('row').filter({ hasText: 'PostgreSQL database of db' })
  await expect(row).toContainText('books')
  await expect(row).toContainText(/\d MB|\d kB/)
  await expect(table.getByRole('row').filter({ hasText: 'Files of web' })).toContainText(/\d B|\d kB/)
  const kept = (await databases()).filter((name) => name.includes('_slipway_'))
  expect(kept).toHaveLength(1)
  await expectWellMade(page, 'backups-replaced')

  const button = row.getByRole('button', { name: /^Delete/ })
  await button.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Delete the replaced data?' })
  await expect(dialog).toContainText(`Deletes ${kept[0]}`)
  await expect(dialog).toContainText('cannot be brought back')
  const confirm = dialog.getByRole('button', { name: 'Delete it' })
  await expect(confirm).toBeDisabled()
  await dialog.getByRole('button', { name: 'The same by hand' }).click()
  await expect(dialog).toContainText(`dropdb --username=ledger --if-exists ${kept[0]}`)
  await expectWellMade(page, 'backups-delete')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(button).toBeFocused()
  expect(await databases()).toEqual(expect.arrayContaining(kept))

  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('textbox')).toBeFocused()
  await page.keyboard.type('ledger')
  await expect(confirm).toBeEnabled()
  await page.keyboard.press('Enter')
  await pages.expectOutcome('The replaced data is deleted')
  expect((await databases()).filter((name) => name.includes('_slipway_'))).toEqual([])
  await truth.expectWorking()
  await expectWellMade(page, 'deletion-done')

  await pages.openTab('Backups')
  await expect(table.getByRole('row').filter({ hasText: 'Files of web' })).toBeVisible()
  await expect(row).toBeHidden()
  await pages.openTab('History')
  const record = page.getByRole('row').filter({ hasText: 'Deletion' })
  await expect(record).toContainText('Succeeded')
  await expectWellMade(page, 'history-deletion')
  await record.getByRole('link', { name: 'Deletion' }).click()
  await expect(page.getByRole('main')).toContainText(kept[0] ?? '')
  await page.getByRole('tab', { name: 'Plan' }).click()
  await expect(page.getByRole('main')).toContainText(`Deletes ${kept[0]}`)
  await expectWellMade(page, 'deletion-plan')
})

test('an operation that nobody stays to watch is shown as ended as soon as it is', async () => {
  const { page, pages, sample } = session
  await pages.openTab('Backups')
  const files = page.getByRole('table', { name: 'Replaced data' }).getByRole('row').filter({ hasText: 'Files of web' })
  await files.getByRole('button', { name: /^Delete/ }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('ledger')
  await page.getByRole('button', { name: 'Delete it' }).click()
  await expect(page).toHaveURL(/\/history\//)
  await pages.openTab('History')
  const newest = page.getByRole('table', { name: 'Operations' }).getByRole('row').nth(1)
  await expect(newest).toContainText('files')
  const look = 'test -e /home/deploy/ledger/.slipway/lock && echo held || echo free'
  await expect.poll(async () => (await sample.exec(look)).stdout.trim(), { timeout: 60_000 }).toBe('free')
  await expect(newest).toContainText('Succeeded', { timeout: 30_000 })
  await pages.openTab('Backups')
  await expect(page.getByRole('table', { name: 'Operations' })).toBeHidden()
  await expect(files).toBeHidden()
})

test('a minor migrates, with the version of the schema before and after', async () => {
  await expectGoodUpgrade(session, { to: '1.1.0', schema: { dataset: 'books', before: '1', after: '2' } })
})

test('a mistake in the runbook is shown with its place, and the stack is operated without it', async () => {
  const { page, pages, runbookFolder } = session
  writeFileSync(join(runbookFolder, 'ledger-2.yaml'), runbook.replace('settleSeconds', 'settleSecond'))
  await pages.openTab('Runbook')
  await expect(async () => {
    await page.getByRole('button', { name: 'Read the runbook again' }).click()
    await expect(page.getByText('No runbook of its own')).toBeVisible({ timeout: 2000 })
  }).toPass()
  await expect(page.getByText(/ledger-2\.yaml:\d+:\d+/)).toBeVisible()
  await expect(page.getByText('Slipway does not know “settleSecond” here.')).toBeVisible()
})
