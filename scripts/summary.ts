import { stripVTControlCharacters } from 'node:util'

/** What one runner did. A runner that ends badly without a failed test counts as one failure of its own. */
export interface Summary {
  readonly passed: number
  readonly failures: readonly string[]
  readonly skips: readonly { readonly title: string; readonly reason: string }[]
}

export const EMPTY: Summary = { passed: 0, failures: [], skips: [] }

export function addUp(summaries: readonly Summary[]): Summary {
  return {
    passed: summaries.reduce((sum, summary) => sum + summary.passed, 0),
    failures: summaries.flatMap((summary) => summary.failures),
    skips: summaries.flatMap((summary) => summary.skips),
  }
}

/** A runner's own report together with how it ended: a crash must never look like a success. */
export function judgeRunner(runner: string, exitCode: number, report: Summary | null): Summary {
  if (report === null) return { ...EMPTY, failures: [`${runner} ended with code ${exitCode} and left no report`] }
  if (exitCode !== 0 && report.failures.length === 0) {
    return { ...report, failures: [`${runner} ended with code ${exitCode} although no test failed`] }
  }
  if (report.passed + report.failures.length + report.skips.length === 0) {
    return { ...report, failures: [`${runner} ran no test`] }
  }
  return report
}

/** The last line of a test run. */
export function formatTotals({ passed, failures, skips }: Summary): string {
  const skipped = skips.length === 0 ? '' : `, ${skips.length} skipped`
  return `${passed} passed, ${failures.length} failed${skipped}`
}

const MAX_LINES = 15
const MAX_COLUMNS = 600

/** A failed test by name, and under it what it said, cut to what can be read in a list. */
export function describeFailure(title: string, said: readonly (string | undefined)[]): string {
  const lines = said.flatMap((text) => stripVTControlCharacters(text ?? '').split('\n')).filter((line) => line.trim())
  const kept = lines.slice(0, MAX_LINES).map((line) => `    ${line.slice(0, MAX_COLUMNS)}`)
  return [title, ...kept].join('\n')
}

/** Everything that a person must know after a run, ending with the totals. */
export function formatSummary(summary: Summary): string {
  const skips = summary.skips.map(({ title, reason }) => `  ${title}\n    ${reason}`)
  const failures = summary.failures.map((title) => `  ${title}`)
  return [
    ...(skips.length === 0 ? [] : ['Skipped:', ...skips]),
    ...(failures.length === 0 ? [] : ['Failed:', ...failures]),
    formatTotals(summary),
  ].join('\n')
}
