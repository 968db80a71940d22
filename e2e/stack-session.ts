import type { Browser } from '@playwright/test'
import type { SampleHostOptions } from './host/sample-host-options.ts'
import { ProductSession } from './product-session.ts'
import { StackTruth } from './stack-truth.ts'

/** A sample host with Monlight on it, and the app with its page open on that stack. */
export type StackSession = ProductSession<StackTruth>

const monlight = {
  product: 'monlight',
  name: 'Monlight',
  createTruth: (sample: StackTruth['sample']) => new StackTruth(sample),
  prepare: (truth: StackTruth) => truth.seed(),
}

export const StackSession = {
  open: (browser: Browser, options: SampleHostOptions = {}): Promise<StackSession> =>
    ProductSession.open(browser, monlight, options),
  /** With shorter gates than the product's, for what is not about versions that fall after some seconds. */
  openWithShortGates: (browser: Browser): Promise<StackSession> =>
    ProductSession.open(browser, { ...monlight, runbook: 'extends: monlight\ngate: { settleSeconds: 2 }\n' }),
}
