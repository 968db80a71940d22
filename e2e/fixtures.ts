import { test as base, type Page } from '@playwright/test'
import { type AppProcess, type AppProcessOptions, startApp } from './app-process.ts'

interface Fixtures {
  /** Starts further apps (a second laptop, the same data again), each ended with the test. */
  readonly startApp: (options?: AppProcessOptions) => Promise<AppProcess>
  /** The app with empty data, behind its browser entry. */
  readonly app: AppProcess
  /** A page on `app`, signed in by its link. */
  readonly appPage: Page
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from this pattern which fixtures are needed.
  startApp: async ({}, use) => {
    const started: AppProcess[] = []
    await use(async (options) => {
      const app = await startApp(options)
      started.push(app)
      return app
    })
    for (const app of started.reverse()) await app[Symbol.asyncDispose]()
  },
  app: async ({ startApp: start }, use) => {
    await use(await start())
  },
  appPage: async ({ app, page }, use) => {
    await page.goto(app.link)
    await use(page)
  },
})

export { expect } from '@playwright/test'
