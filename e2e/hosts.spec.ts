import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppPages } from './app-pages.ts'
import { expect, test } from './fixtures.ts'
import { startSampleHost } from './host/start-sample-host.ts'

test('a host is added after its fingerprint was shown, and its stack is found and healthy', async ({ appPage }) => {
  await using sample = await startSampleHost({ stacks: ['monlight'] })
  const pages = new AppPages(appPage)
  await pages.addHost(sample)
  const key = sample.hostKeys.find(({ type }) => type === 'ssh-ed25519')
  await expect(appPage.getByText(key?.fingerprint ?? 'none', { exact: true })).toBeVisible()
  await pages.trustHostKey()
  await expect(pages.sidebar.getByText('Connected')).toBeVisible()
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Healthy/i })).toBeVisible({ timeout: 60_000 })

  await pages.openStack()
  const services = appPage.getByRole('table', { name: 'Services' })
  await expect(services.getByRole('row', { name: /error-tracker/ })).toContainText('0.10.0')
  for (const port of [5010, 5011, 5012, 5013]) await expect(services).toContainText(String(port))
})

test('a host whose fingerprint is not confirmed is never signed in to', async ({ appPage }) => {
  await using sample = await startSampleHost()
  const pages = new AppPages(appPage)
  await pages.addHost(sample)
  // While it is still connecting, Cancel is another button.
  await expect(appPage.getByRole('button', { name: 'Trust this key' })).toBeVisible()
  await expect(pages.sidebar.getByText('Needs an answer')).toBeVisible()
  await appPage.getByRole('button', { name: 'Cancel' }).click()
  await expect(appPage.getByText(/host key .* was not accepted/)).toBeVisible()
  const { stdout } = await sample.exec('cat /var/log/sshd.log')
  expect(stdout).not.toContain('Accepted publickey for')
})

test('a clock that is far off is named on the page of its host, with what to do', async ({ appPage }) => {
  await using sample = await startSampleHost()
  await sample.setClock(-3 * 3_600)
  const pages = new AppPages(appPage)
  await pages.connectTo(sample)
  await expect(appPage.getByText("The clock of Sample is 3 h behind this computer's.")).toBeVisible()
  await expect(appPage.getByText(/look with: timedatectl/)).toBeVisible()
})

test('a changed host key is refused, with no way to connect all the same', async ({ appPage }) => {
  await using sample = await startSampleHost()
  const pages = new AppPages(appPage)
  await pages.connectTo(sample)
  await sample.changeHostKeys()
  await sample.killSshSessions()
  await expect(appPage.getByText(/shows another host key than the one that is known/)).toBeVisible({ timeout: 30_000 })
  await expect(appPage.getByText(/compare the fingerprints/i)).toBeVisible()
  await expect(appPage.getByRole('button', { name: /trust|accept|anyway/i })).toHaveCount(0)
})

test('a key that the host does not know is refused, and the message says what was tried', async ({ appPage }) => {
  await using sample = await startSampleHost()
  const folder = mkdtempSync(join(tmpdir(), 'other-key-'))
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id')])
  const pages = new AppPages(appPage)
  await pages.addHost(sample, { keyFile: join(folder, 'id') })
  await pages.trustHostKey()
  await expect(appPage.getByText(/did not let deploy in/)).toBeVisible()
  await expect(appPage.getByText(/Tried: .*the key /)).toBeVisible()
  rmSync(folder, { recursive: true })
})

test('a password is asked for, a wrong one asked again, and the right one connects', async ({
  app,
  appPage,
  startApp,
}) => {
  await using sample = await startSampleHost()
  const pages = new AppPages(appPage)
  await pages.addHost(sample, { keyFile: '', password: true })
  await pages.trustHostKey()
  await appPage.getByRole('textbox', { name: 'Password' }).fill('wrong')
  await appPage.getByRole('button', { name: 'Continue' }).click()
  await expect(appPage.getByText('The last answer was not accepted.')).toBeVisible()
  await expect(appPage.getByLabel("Keep it in this computer's keychain")).toBeDisabled()
  await appPage.getByRole('textbox', { name: 'Password' }).fill(sample.password)
  await appPage.getByRole('button', { name: 'Continue' }).click()
  await expect(pages.sidebar.getByText('Connected')).toBeVisible()

  // At the next start nobody is asked out of the blue: the host says so, and asks when it is opened.
  await app.kill()
  const { link } = await startApp({ dataFolder: app.dataFolder })
  await appPage.goto(link)
  await expect(pages.sidebar.getByText('Needs an answer')).toBeVisible()
  await expect(appPage.getByRole('textbox', { name: 'Password' })).toHaveCount(0)
  await pages.sidebar.getByRole('link', { name: /^Sample/ }).click()
  await appPage.getByRole('textbox', { name: 'Password' }).fill(sample.password)
  await appPage.getByRole('button', { name: 'Continue' }).click()
  await expect(pages.sidebar.getByText('Connected')).toBeVisible()
})

test('without the docker group the error says so, and where sudo is allowed Slipway offers that way', async ({
  appPage,
}) => {
  await using sample = await startSampleHost({ stacks: ['monlight'], inDockerGroup: false, sudo: true })
  const pages = new AppPages(appPage)
  await pages.addHost(sample)
  await pages.trustHostKey()
  await expect(appPage.getByText(/docker group/).first()).toBeVisible()
  await expect(pages.sidebar.getByText('Needs an answer')).toBeVisible()
  await appPage.getByRole('button', { name: /sudo/i }).click()
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Healthy/i })).toBeVisible({ timeout: 60_000 })
})

test('without the docker group and without sudo the error says what to do', async ({ appPage }) => {
  await using sample = await startSampleHost({ inDockerGroup: false })
  const pages = new AppPages(appPage)
  await pages.addHost(sample)
  await pages.trustHostKey()
  await expect(appPage.getByText(/usermod -aG docker deploy/).first()).toBeVisible()
  await expect(appPage.getByRole('button', { name: /sudo/i })).toHaveCount(0)
})

test('a stopped engine is an error of its own, and its return is noticed', async ({ appPage }) => {
  await using sample = await startSampleHost({ stacks: ['monlight'] })
  const pages = new AppPages(appPage)
  await pages.connectTo(sample)
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Healthy/i })).toBeVisible({ timeout: 60_000 })
  await sample.stopEngine()
  await expect(pages.sidebar.getByText('Engine unreachable')).toBeVisible({ timeout: 60_000 })
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Healthy/i })).toHaveCount(0)
  await sample.startEngine()
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Healthy/i })).toBeVisible({ timeout: 90_000 })
})

test('a lost connection shows at once, comes back by itself, and never leaves a green tick behind', async ({
  appPage,
}) => {
  await using sample = await startSampleHost({ stacks: ['monlight'] })
  const pages = new AppPages(appPage)
  await pages.connectTo(sample)
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Healthy/i })).toBeVisible({ timeout: 60_000 })
  await sample.cutNetwork('unplug')
  await expect(pages.sidebar.getByText(/Waiting to retry|Connecting/)).toBeVisible({ timeout: 40_000 })
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Unknown/i })).toBeVisible()
  await sample.restoreNetwork()
  await expect(pages.sidebar.getByRole('link', { name: /^Monlight.*Healthy/i })).toBeVisible({ timeout: 90_000 })
})
