import { defineConfig } from '@playwright/test'
import { chromiumLaunchOptions } from './chromium.ts'

/** `browser` runs everywhere; `electron` where the binary is present, and otherwise says why it was skipped. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  // Specs start real hosts with engines inside; three at a time is what a small machine carries.
  workers: 3,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: 300_000,
  expect: { timeout: 20_000 },
  use: {
    launchOptions: chromiumLaunchOptions(),
    viewport: { width: 1280, height: 860 },
    // A spinner that nobody watches costs what the sample hosts need.
    contextOptions: { reducedMotion: 'reduce' },
    // A control that is not there is a failure, not something to wait for until the test's own end.
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'browser', testIgnore: '**/*.electron.spec.ts' },
    { name: 'electron', testMatch: '**/*.electron.spec.ts' },
  ],
})
