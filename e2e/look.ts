import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const

/**
 * Looks at the screen that is open in both sizes and both colour schemes: axe finds nothing, nothing is wider than
 * the window, and nothing fades for somebody who asked for less motion. With SLIPWAY_SCREENSHOTS set to a folder, a
 * picture of each is kept there.
 */
export async function expectWellMade(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
    expect(await runningTransitions(page), `${name} fades from one colour scheme to the other`).toEqual([])
    for (const size of SIZES) {
      await page.setViewportSize(size)
      const overflow = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('main')].map(
          (one) => one.scrollWidth - one.clientWidth,
        ),
      )
      expect(Math.max(...overflow), `${name} at ${size.width} is wider than the window`).toBeLessThanOrEqual(0)
      await keepPicture(page, `${name}-${size.width}-${colorScheme}`)
    }
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)).toEqual([])
  }
  if (before) await page.setViewportSize(before)
}

const runningTransitions = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    document.getAnimations().flatMap((one) => (one instanceof CSSTransition ? [one.transitionProperty] : [])),
  )

async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SLIPWAY_SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
