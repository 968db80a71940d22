import { rmSync } from 'node:fs'
import type { Browser, Page } from '@playwright/test'
import { AppPages } from './app-pages.ts'
import { type AppProcess, startApp } from './app-process.ts'
import type { SampleHost } from './host/sample-host.ts'
import type { SampleHostOptions } from './host/sample-host-options.ts'
import { startSampleHost } from './host/start-sample-host.ts'
import { StackTruth } from './stack-truth.ts'

/** A sample host with Monlight on it, and the app with its page open on that stack. */
export class StackSession implements AsyncDisposable {
  readonly sample: SampleHost
  readonly truth: StackTruth
  readonly page: Page
  readonly pages: AppPages
  #app: AppProcess

  private constructor(sample: SampleHost, app: AppProcess, page: Page) {
    this.sample = sample
    this.truth = new StackTruth(sample)
    this.#app = app
    this.page = page
    this.pages = new AppPages(page)
  }

  static async open(browser: Browser, options: SampleHostOptions = {}): Promise<StackSession> {
    const sample = await startSampleHost({ ...options, stacks: ['monlight'] })
    const app = await startApp()
    const page = await (await browser.newContext()).newPage()
    const session = new StackSession(sample, app, page)
    await session.truth.seed()
    await page.goto(app.link)
    await session.pages.connectTo(sample)
    await session.pages.openStack()
    return session
  }

  /** Ends the app as a power cut would, and starts it again on the same data. */
  async killAndRestart(): Promise<void> {
    const { dataFolder } = this.#app
    const killed = this.#app
    await killed.kill()
    this.#app = await startApp({ dataFolder })
    await this.page.goto(this.#app.link)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { dataFolder } = this.#app
    await this.page.context().close()
    await this.#app[Symbol.asyncDispose]()
    await this.sample.dispose()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}
