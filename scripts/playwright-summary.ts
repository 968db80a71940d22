import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FullConfig, Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter'
import { describeFailure, type Summary } from './summary.ts'

/** Where the report goes; set by the test command. */
const FILE_VARIABLE = 'PLAYWRIGHT_SUMMARY_FILE'

const title = (test: TestCase) => test.titlePath().filter(Boolean).join(' › ')

function failure(test: TestCase): string {
  const errors = test.results.at(-1)?.errors ?? []
  return describeFailure(
    title(test),
    errors.map(({ message }) => message),
  )
}

/** Playwright calls it skipped, too, when a test never ran after one before it in its file had failed. */
function skipReason(test: TestCase): string {
  if (test.expectedStatus !== 'skipped') return 'it did not run, as one before it failed'
  return test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? 'no reason given'
}

/** Totals with the reason of every skip. */
export default class SummaryReporter implements Reporter {
  #suite: Suite | null = null
  readonly #errors: string[] = []

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite
  }

  /** Errors outside any test: a broken config or fixture file. */
  onError(error: TestError): void {
    this.#errors.push(error.message?.split('\n')[0] ?? 'unknown error')
  }

  onEnd(): void {
    const file = process.env[FILE_VARIABLE]
    if (file === undefined) return
    const tests = this.#suite?.allTests() ?? []
    const skipped = tests.filter((test) => test.outcome() === 'skipped')
    const summary: Summary = {
      passed: tests.filter((test) => test.outcome() === 'expected').length,
      // With retries off, flaky means that a test contradicted itself: not a pass.
      failures: [
        ...tests.filter((test) => ['unexpected', 'flaky'].includes(test.outcome())).map(failure),
        ...this.#errors,
      ],
      skips: skipped.map((test) => ({ title: title(test), reason: skipReason(test) })),
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(summary))
  }
}
