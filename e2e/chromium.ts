import { existsSync } from 'node:fs'
import { chromium, type LaunchOptions } from '@playwright/test'

/** As root, which only containers are, Chromium's own sandbox refuses to run. */
const needsNoSandbox = process.getuid?.() === 0

/** Playwright's Chromium, or the system's where that was not downloaded, and nothing that calls home. */
export function chromiumLaunchOptions(): LaunchOptions {
  const candidates = [
    process.env.CHROMIUM_PATH,
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
  ]
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path))
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  // There is no graphics card: what emulates one takes more of a small machine than the page itself.
  const cheap = ['--disable-gpu']
  return {
    args: needsNoSandbox ? [...quiet, ...cheap, '--no-sandbox'] : [...quiet, ...cheap],
    ...(executablePath === undefined ? {} : { executablePath }),
  }
}
