import { readFileSync } from 'node:fs'
import { expect, type Locator, type Page } from '@playwright/test'

/** What a person does on the logs of a stack, by the words they see. */
export class LogPages {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get list(): Locator {
    return this.page.getByRole('grid', { name: 'Log lines' })
  }

  /** The drawn lines; gaps and containers pass every filter and are not among them. */
  get rows(): Locator {
    return this.list.locator('[data-kind="line"]')
  }

  get search(): Locator {
    return this.page.getByRole('textbox', { name: 'Search the lines' })
  }

  get details(): Locator {
    return this.page.getByRole('complementary', { name: 'Details of the line' })
  }

  get conditions(): Locator {
    return this.page.getByRole('list', { name: 'Active conditions' })
  }

  rowWith(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text })
  }

  /** How many lines pass the filter, by what the page says. */
  async shownCount(): Promise<number> {
    const text = await this.page.getByText(/[\d,]+ of [\d,]+ lines shown/).textContent()
    return Number(/([\d,]+) of/.exec(text ?? '')?.[1]?.replaceAll(',', ''))
  }

  /** Waits until every drawn row is of this text, and there is one. */
  async expectOnlyRows(text: string | RegExp) {
    await expect(this.rowWith(text).first()).toBeVisible()
    await expect(this.rows.filter({ hasNotText: text })).toHaveCount(0)
  }

  async expectOnlyService(service: string) {
    const own = this.page.locator('[role="gridcell"]:nth-child(2)').filter({ hasText: service })
    await expect(this.rows.filter({ has: own }).first()).toBeVisible()
    await expect(this.rows.filter({ hasNot: own })).toHaveCount(0)
  }

  async clearFilter() {
    await this.search.fill('')
    const clear = this.page.getByRole('button', { name: 'Clear all' })
    if (await clear.isVisible()) await clear.click()
    await expect(this.conditions).toHaveCount(0)
  }

  async export(kind: 'NDJSON' | 'text'): Promise<string[]> {
    await this.page.getByRole('button', { name: 'Export', exact: true }).click()
    const download = this.page.waitForEvent('download')
    await this.page.getByRole('menuitem', { name: new RegExp(`As ${kind}`) }).click()
    const file = await (await download).path()
    return readFileSync(file, 'utf8').trimEnd().split('\n')
  }
}
