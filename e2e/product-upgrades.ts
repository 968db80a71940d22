import { expect } from '@playwright/test'
import { OUTCOME } from './app-pages.ts'
import type { ProductSession } from './product-session.ts'
import type { ProductTruth } from './product-truth.ts'

type Session = ProductSession<ProductTruth>

export interface SchemaChange {
  /** Id of the data set. */
  readonly dataset: string
  readonly before: string
  readonly after: string
}

export interface GoodUpgrade {
  readonly to: string
  /** What the steps have to show of each schema. */
  readonly schema?: SchemaChange | readonly SchemaChange[]
}

/** Upgrades by the screens, and sees past Slipway that the product runs, works, and kept what clients had put in. */
export async function expectGoodUpgrade({ page, pages, truth }: Session, { to, schema }: GoodUpgrade): Promise<void> {
  const contents = await truth.contents()
  await pages.upgrade(to)
  await pages.expectOutcome(OUTCOME.upgraded(to))
  for (const { dataset, before, after } of [schema ?? []].flat()) {
    const change = page.getByRole('list', { name: 'Schema versions' }).getByRole('listitem')
    const row = change.filter({ has: page.getByText(dataset, { exact: true }) }).first()
    await expect(row).toContainText(before === after ? `${after}unchanged` : `${before}${after}`)
  }
  expect(await truth.contents()).toEqual(contents)
  await truth.expectWorking()
  // A person who types it afterwards finds nothing to do.
  const containers = await truth.containerIds()
  await truth.composeUp()
  expect(await truth.containerIds()).toEqual(containers)
  await pages.openTab('History')
  await expect(page.getByRole('row').filter({ hasText: to }).first()).toContainText('Succeeded')
}

export interface BadUpgrade {
  readonly to: string
  /** The version that has to run again. */
  readonly from: string
  /** What history has to say about the reason. */
  readonly reason: RegExp
  /** Where the new version may have changed the data, it comes from the backup. */
  readonly data: 'restored' | 'kept'
}

/** Upgrades to a version that cannot work, and sees that all is as it was: containers, files, every row, and in use. */
export async function expectRolledBack(session: Session, { to, from, reason, data }: BadUpgrade): Promise<void> {
  const { page, pages, truth } = session
  const [containers, fingerprint] = [await truth.containers(), await truth.fingerprint()]
  await pages.upgrade(to)
  await pages.expectOutcome(OUTCOME.rolledBack(to, from))
  expect(await truth.fingerprint()).toEqual(fingerprint)
  expect(await truth.containers()).toEqual(containers)
  await truth.expectWorking()
  await pages.openTab('History')
  const row = page.getByRole('row').filter({ hasText: to }).first()
  await expect(row).toContainText('Rolled back')
  await expect(row).toContainText(data === 'restored' ? 'Restored' : 'Kept')
  await expect(row).toContainText(reason)
}
