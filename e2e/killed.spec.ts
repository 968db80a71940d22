import { OUTCOME } from './app-pages.ts'
import { expect, test } from './fixtures.ts'
import { StackSession } from './stack-session.ts'

/** The whole app is killed in the middle of an upgrade; a person opens it again, here or elsewhere, and decides. */
test.describe.configure({ mode: 'serial' })

let session: StackSession

test.beforeAll(async ({ browser }) => {
  session = await StackSession.openWithShortGates(browser)
})

test.afterAll(() => session?.[Symbol.asyncDispose]())

/** Has the app killed while the first service of an upgrade is gated, and opens the stack again. */
async function killWhileGated(version: string, killAndReopen: () => Promise<void>): Promise<void> {
  const { page, pages, sample } = session
  await pages.upgrade(version)
  await expect(page.getByText(/healthy for \d/).first()).toBeVisible({ timeout: 90_000 })
  await killAndReopen()
  await pages.openStack()
  await expect(page.getByText(/^The upgrade from .* was interrupted$/)).toBeVisible({ timeout: 60_000 })
  expect((await sample.exec('docker ps --quiet')).stdout).not.toBe('')
}

async function reopenHere(): Promise<void> {
  await session.killAndRestart()
  await session.pages.connectedAgain()
}

async function expectOldVersion(rows: unknown, file: string): Promise<void> {
  const { truth } = session
  for (const line of await truth.containers()) expect(line).toMatch(/ 0\.10\.0 healthy$/)
  expect(await truth.errorRows()).toEqual(rows)
  expect(await truth.acceptsNewErrors()).toBe(201)
  expect(await truth.file('docker-compose.yml')).toBe(file)
}

test('rolled back, the old version is healthy with every row, and history tells both', async () => {
  const { page, pages, truth } = session
  const [rows, file] = [await truth.errorRows(), await truth.file('docker-compose.yml')]
  await killWhileGated('0.11.0', reopenHere)
  await page
    .getByRole('main')
    .getByRole('button', { name: /roll back$/i })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back to 0.10.0' }).click()
  await pages.expectOutcome(OUTCOME.rolledBack('0.11.0', '0.10.0'))
  await expectOldVersion(rows, file)
})

test('on another computer it is taken over and rolled back, and the history opens what the first one did', async () => {
  const { page, pages, truth } = session
  const [rows, file] = [await truth.errorRows(), await truth.file('docker-compose.yml')]
  await killWhileGated('0.11.0', () => session.killAndMove())
  await page.getByRole('main').getByRole('button', { name: 'Take over and roll back' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(/holds the lock$/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Roll back to 0.10.0' }).click()
  await pages.expectOutcome(OUTCOME.rolledBack('0.11.0', '0.10.0'))
  await expectOldVersion(rows, file)

  const operations = page.getByRole('table', { name: 'Operations' })
  for (const row of [1, 2]) {
    await pages.openTab('History')
    await operations.getByRole('row').nth(row).getByRole('link').click()
    await expect(operations).toBeHidden()
    await pages.expectOutcome(OUTCOME.rolledBack('0.11.0', '0.10.0'))
  }
})

test('resumed, it goes on to the new version', async () => {
  const { page, pages, truth } = session
  const rows = await truth.errorRows()
  await killWhileGated('0.11.0', reopenHere)
  await page
    .getByRole('main')
    .getByRole('button', { name: /resume$/i })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await pages.expectOutcome(OUTCOME.upgraded('0.11.0'))
  for (const line of await truth.containers()) expect(line).toMatch(/ 0\.11\.0 healthy$/)
  expect(await truth.errorRows()).toEqual(expect.arrayContaining(rows))
  expect(await truth.acceptsNewErrors()).toBe(201)
})
