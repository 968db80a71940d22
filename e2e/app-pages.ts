import { expect, type Locator, type Page } from '@playwright/test'
import type { SampleHost } from './host/sample-host.ts'

/** Ending of an operation, by the title of its banner. */
export const OUTCOME = {
  upgraded: (version: string) => `Upgraded to ${version}`,
  rolledBack: (to: string, from: string) => `Upgrade to ${to} failed and was rolled back: ${from} runs again`,
  stopped: (version: string) => `Upgrade stopped: ${version} runs as before`,
} as const

/** The whole of an upgrade with its gates and, where it fails, its rollback, on a busy small machine. */
export const OPERATION_LIMIT_MS = 480_000

/** What a person does on Slipway's screens, by the words they see. */
export class AppPages {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get sidebar(): Locator {
    return this.page.getByRole('navigation', { name: 'Hosts and stacks' })
  }

  /** Fills the form for a host and connects; answers no question. */
  async addHost(sample: SampleHost, options: { label?: string; keyFile?: string; password?: boolean } = {}) {
    const { page } = this
    await this.sidebar.getByRole('link', { name: 'Add a host' }).click()
    await page.getByText('By address', { exact: true }).click()
    await page.getByLabel('User', { exact: true }).fill(sample.user)
    await page.getByLabel('Host', { exact: true }).fill(sample.sshHost)
    await page.getByLabel('Port', { exact: true }).fill(String(sample.sshPort))
    await page.getByLabel('Name in Slipway').fill(options.label ?? 'Sample')
    const keyFile = options.keyFile ?? sample.privateKeyPath
    if (keyFile !== '') {
      await page.getByRole('combobox', { name: '2. Key files' }).fill(keyFile)
      await page.getByRole('combobox', { name: '2. Key files' }).press('Enter')
    }
    if (options.password !== true) await page.getByLabel('3. Ask for a password when nothing else worked').uncheck()
    await page.getByRole('button', { name: 'Add and connect' }).click()
  }

  async trustHostKey() {
    await this.page.getByRole('button', { name: 'Trust this key' }).click()
  }

  /** A host that is added, trusted and connected. */
  async connectTo(sample: SampleHost, label = 'Sample') {
    await this.addHost(sample, { label })
    await this.trustHostKey()
    await expect(this.sidebar.getByText('Connected')).toBeVisible()
  }

  /** After a new start of the app, which connects by itself. */
  async connectedAgain() {
    await expect(this.sidebar.getByText('Connected', { exact: true })).toBeVisible({ timeout: 30_000 })
  }

  async openStack(name = 'Monlight') {
    await this.sidebar.getByRole('link', { name: new RegExp(`^${name}`, 'i') }).click()
    await expect(this.page.getByRole('heading', { level: 1, name: new RegExp(name, 'i') })).toBeVisible()
  }

  async openTab(name: 'Overview' | 'Health' | 'Upgrade' | 'Logs' | 'History' | 'Backups' | 'Runbook') {
    await this.page.getByRole('navigation', { name: 'Parts of the stack' }).getByRole('link', { name }).click()
  }

  /** The row of a service on the overview. */
  serviceRow(service: string): Locator {
    const toggle = this.page.getByRole('button', { name: `Containers and probes of ${service}`, exact: true })
    return this.page.getByRole('table', { name: 'Services' }).getByRole('row').filter({ has: toggle })
  }

  /** Shows a service's containers and probes on the overview. */
  async unfold(service: string) {
    const toggle = this.serviceRow(service).getByRole('button').first()
    if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click()
  }

  /** Checks on the overview until a service is judged so; health takes its own time to change. */
  async expectHealth(service: string, word: 'Healthy' | 'Starting' | 'Degraded' | 'Unknown' | 'Down') {
    await expect(async () => {
      await this.page.getByRole('button', { name: 'Check now' }).click()
      await expect(this.serviceRow(service).getByText(word, { exact: true })).toBeVisible({ timeout: 3000 })
    }).toPass({ timeout: 60_000 })
  }

  /** Checks on the overview until a probe of a service gives an answer or a reason. */
  async expectProbe(service: string, title: string, evidence: RegExp) {
    await this.unfold(service)
    const probe = this.page.getByRole('table', { name: 'Services' }).getByRole('listitem').filter({ hasText: title })
    await expect(async () => {
      await this.page.getByRole('button', { name: 'Check now' }).click()
      await expect(probe.first()).toContainText(evidence, { timeout: 3000 })
    }).toPass({ timeout: 60_000 })
  }

  /** Chooses a version and asks for the plan. */
  async planUpgrade(version: string, options: { prepare?: (page: Page) => Promise<void> } = {}) {
    const { page } = this
    await this.openTab('Upgrade')
    const back = page.getByRole('button', { name: 'Change the choice' })
    await expect(back.or(page.getByRole('radio', { name: version, exact: true }))).toBeVisible()
    if (await back.isVisible()) await back.click()
    await page.getByRole('radio', { name: version, exact: true }).check()
    const acknowledge = page.getByLabel(`I have read the release notes up to ${version}`)
    if (await acknowledge.isVisible()) await acknowledge.check()
    await options.prepare?.(page)
    await page.getByRole('button', { name: 'Show plan' }).click()
    await expect(page.getByText('What will happen')).toBeVisible({ timeout: 60_000 })
  }

  async runPlan(version: string) {
    await this.page
      .getByRole('main')
      .getByRole('button', { name: `Upgrade to ${version}` })
      .click()
    await expect(this.page.getByText(/^Upgrading from/)).toBeVisible()
  }

  async upgrade(version: string) {
    await this.planUpgrade(version)
    await this.runPlan(version)
  }

  async expectOutcome(title: string) {
    await expect(this.page.getByText(title, { exact: true })).toBeVisible({ timeout: OPERATION_LIMIT_MS })
  }
}
