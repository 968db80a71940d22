import { defineConfig } from '@playwright/test'
import { OPERATION_LIMIT_MS } from './app-pages.ts'
import { chromiumLaunchOptions } from './chromium.ts'

/** Files of many operations on one host, one after the other: minutes each. */
const LONG = ['appstrate', 'upgrade', 'handoffrail', 'flux', 'brittle'].map((name) => `**/${name}.spec.ts`)

/** `browser` runs everywhere; `electron` where the binary is present, and otherwise says why it was skipped. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  // Specs start real hosts with engines inside, each of which keeps a small machine busy even while its spec waits.
  workers: 3,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  // An operation with what a test does around it, and what a hook does to make a host with a product on it. What waits for
  // something that does not come fails by its own, shorter limit.
  timeout: OPERATION_LIMIT_MS + 180_000,
  expect: { timeout: 20_000 },
  use: {
    launchOptions: chromiumLaunchOptions(),
    viewport: { width: 1280, height: 860 },
    // A spinner that nobody watches costs what the sample hosts need.
    contextOptions: { reducedMotion: 'reduce' },
    // A control that is not there is a failure, not something to wait for until the test's own end.
    actionTimeout: 15_000,
    // Without a film of it, which takes an eighth of a small machine: what failed can be seen by the page as it was.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
  },
  projects: [
    // Begun first: a long file that comes last keeps everybody waiting for one worker.
    { name: 'browser', testMatch: LONG },
    { name: 'browser', testIgnore: ['**/*.electron.spec.ts', ...LONG] },
    { name: 'electron', testMatch: '**/*.electron.spec.ts' },
  ],
})
