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
