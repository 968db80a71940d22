import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { AppPages } from './app-pages.ts'
import { type AppProcess, startApp } from './app-process.ts'
import type { SampleHost } from './host/sample-host.ts'
import type { SampleHostOptions } from './host/sample-host-options.ts'
import { startSampleHost } from './host/start-sample-host.ts'
import type { ProjectTruth } from './project-truth.ts'

/** Which sample product a session is about. */
export interface SessionProduct<Truth extends ProjectTruth> {
  /** Its folder in `e2e/products`, and so its project. */
  readonly product: string
  /** As its runbook calls it. */
  readonly name: string
  readonly createTruth: (sample: SampleHost) => Truth | Promise<Truth>
  /** Before the app sees the stack: data. */
  readonly prepare?: (truth: Truth) => Promise<void>
  /** A runbook of the user's own, such as one that extends the product's with shorter times. */
  readonly runbook?: string
}

/** A sample host with a product on it, and the app with its page open on that stack. */
export class ProductSession<Truth extends ProjectTruth> implements AsyncDisposable {
  readonly sample: SampleHost
  readonly truth: Truth
  readonly page: Page
  readonly pages: AppPages
  #app: AppProcess
  readonly #dataFolders: string[]

  private constructor(sample: SampleHost, truth: Truth, app: AppProcess, page: Page) {
    this.sample = sample
    this.truth = truth
    this.#app = app
    this.#dataFolders = [app.dataFolder]
    this.page = page
    this.pages = new AppPages(page)
  }

  static async open<Truth extends ProjectTruth>(
    browser: Browser,
    { product, name, createTruth, prepare, runbook }: SessionProduct<Truth>,
    options: SampleHostOptions = {},
  ): Promise<ProductSession<Truth>> {
    const sample = await startSampleHost({ ...options, stacks: [product] })
    const truth = await createTruth(sample)
    await prepare?.(truth)
    const page = await (await browser.newContext()).newPage()
    // Last: its link expires.
    const app = await startApp({ dataFolder: makeDataFolder(runbook) })
    const session = new ProductSession(sample, truth, app, page)
    await page.goto(app.link)
    await session.pages.connectTo(sample)
    await session.pages.openStack(name)
    return session
  }

  /** Where the app keeps its data on this computer. */
  get dataFolder(): string {
    return this.#app.dataFolder
  }

  /** The user's own runbooks, where nobody has chosen another folder. */
  get runbookFolder(): string {
    return join(this.dataFolder, 'runbooks')
  }

  /** Ends the app as a power cut would, and starts it again on the same data. */
  async killAndRestart(): Promise<void> {
    const { dataFolder } = this.#app
    const killed = this.#app
    await killed.kill()
    this.#app = await startApp({ dataFolder })
    await this.page.goto(this.#app.link)
  }

  /** Ends the app as a power cut would, and starts one as on another computer: of the first it has the runbooks alone. */
  async killAndMove(): Promise<void> {
    await this.#app.kill()
    const dataFolder = makeDataFolder()
    this.#dataFolders.push(dataFolder)
    cpSync(this.runbookFolder, join(dataFolder, 'runbooks'), { recursive: true })
    this.#app = await startApp({ dataFolder })
    await this.page.goto(this.#app.link)
    await this.pages.connectTo(this.sample)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close()
    await this.#app[Symbol.asyncDispose]()
    await this.sample.dispose()
    for (const folder of this.#dataFolders) rmSync(folder, { recursive: true, force: true })
  }
}

function makeDataFolder(runbook?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'app-data-'))
  if (runbook !== undefined) {
    mkdirSync(join(folder, 'runbooks'))
    writeFileSync(join(folder, 'runbooks', 'runbook.yaml'), runbook)
  }
  return folder
}
