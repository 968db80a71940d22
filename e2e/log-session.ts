import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { AppPages } from './app-pages.ts'
import { type AppProcess, startApp } from './app-process.ts'
import type { SampleHost } from './host/sample-host.ts'
import { startSampleHost } from './host/start-sample-host.ts'

const FOLDER = join(import.meta.dirname, 'log-stack')
const DIRECTORY = '/home/deploy/chorus'

/** A stack with a service of each kind of log on a sample host, and the app with its page on that stack. */
export class LogSession implements AsyncDisposable {
  readonly sample: SampleHost
  readonly page: Page
  readonly pages: AppPages
  readonly #app: AppProcess

  private constructor(sample: SampleHost, app: AppProcess, page: Page) {
    this.sample = sample
    this.#app = app
    this.page = page
    this.pages = new AppPages(page)
  }

  static async open(browser: Browser): Promise<LogSession> {
    const sample = await startSampleHost()
    await sample.exec(['mkdir', DIRECTORY], { user: 'deploy' })
    for (const file of readdirSync(FOLDER)) {
      await sample.writeFile(`${DIRECTORY}/${file}`, readFileSync(join(FOLDER, file)))
    }
    await sample.writeFile(`${DIRECTORY}/.env`, 'API_VERSION=0.10.4\n')
    await compose(sample, 'up', '--detach', '--quiet-pull')
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
    // Last: its link expires.
    const app = await startApp({ dataFolder: makeDataFolder() })
    const session = new LogSession(sample, app, page)
    await page.goto(app.link)
    await session.pages.connectTo(sample)
    await session.pages.openStack('chorus')
    return session
  }

  compose(...argv: readonly string[]): Promise<string> {
    return compose(this.sample, ...argv)
  }

  /** A second page of the same app, at the same address. */
  async openSecondPage(): Promise<Page> {
    const page = await this.page.context().newPage()
    await page.goto(this.page.url())
    return page
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close()
    await this.#app[Symbol.asyncDispose]()
    rmSync(this.#app.dataFolder, { recursive: true, force: true })
    await this.sample.dispose()
  }
}

async function compose(sample: SampleHost, ...argv: readonly string[]): Promise<string> {
  const { stdout } = await sample.exec(['docker', 'compose', '--project-directory', DIRECTORY, ...argv])
  return stdout
}

function makeDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'app-data-'))
  mkdirSync(join(folder, 'runbooks'))
  writeFileSync(join(folder, 'runbooks', 'runbook.yaml'), readFileSync(join(FOLDER, 'runbook.yaml')))
  return folder
}
