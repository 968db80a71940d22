import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { describeFailure, type Summary } from './summary.ts'

/** Where the report goes; set by the test command. */
const FILE_VARIABLE = 'VITEST_SUMMARY_FILE'

function title(test: TestCase): string {
  return `${relative(process.cwd(), test.module.moduleId)} › ${test.fullName}`
}

function failure(test: TestCase): string {
  const errors = test.result().errors ?? []
  return describeFailure(
    title(test),
    errors.flatMap(({ message, diff }) => [message, diff]),
  )
}

function summarize(modules: readonly TestModule[], unhandled: readonly unknown[]): Summary {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const broken = modules.filter((module) => module.errors().length > 0 || module.state() === 'pending')
  const failed = tests.filter((test) => test.result().state === 'failed')
  const skipped = tests.filter((test) => ['skipped', 'pending'].includes(test.result().state))
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failures: [
      ...failed.map(failure),
      ...broken.map((module) =>
        describeFailure(
          `${relative(process.cwd(), module.moduleId)} could not run`,
          module.errors().map(({ message }) => message),
        ),
      ),
      ...unhandled.map((error) => `unhandled error: ${error instanceof Error ? error.message : JSON.stringify(error)}`),
    ],
    skips: skipped.map((test) => {
      const result = test.result()
      const note = result.state === 'skipped' ? result.note : undefined
      return { title: title(test), reason: note ?? 'no reason given' }
    }),
  }
}

/** vitest's own JSON leaves out why a test was skipped; this keeps it. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[FILE_VARIABLE]
    if (file === undefined) return
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(summarize(modules, unhandled)))
  }
}
