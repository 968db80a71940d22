import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKS, runCheck } from '../checks.ts'
import { run } from '../child.ts'
import { addUp, EMPTY, formatSummary, judgeRunner, type Summary } from '../summary.ts'

const folder = mkdtempSync(join(tmpdir(), 'test-reports-'))

async function runOne(title: string, work: () => Promise<boolean>): Promise<Summary> {
  return (await work()) ? { ...EMPTY, passed: 1 } : { ...EMPTY, failures: [title] }
}

function readReport(file: string): Summary | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

async function runRunner(runner: string, args: readonly string[], variable: string): Promise<Summary> {
  console.log(`\n— ${runner}`)
  const file = join(folder, `${runner}.json`)
  const exitCode = await run(runner, args, { env: { ...process.env, [variable]: file } })
  return judgeRunner(runner, exitCode, readReport(file))
}

async function ensureSampleHost(): Promise<boolean> {
  console.log('\n— sample host (a real sshd, Docker engine and registry; made once, then cached)')
  return (await run('node', ['e2e/host/cli.ts', 'ensure'])) === 0
}

/** Runs everything, past every failure, so that one run tells all there is to know. */
async function testAll(): Promise<Summary> {
  const summaries: Summary[] = []
  for (const check of CHECKS) summaries.push(await runOne(check.title, () => runCheck(check)))
  summaries.push(await runOne('sample host', ensureSampleHost))
  const vitest = ['run', '--reporter=default', '--reporter=./scripts/vitest-summary.ts']
  summaries.push(await runRunner('vitest', vitest, 'VITEST_SUMMARY_FILE'))
  const playwright = ['test', '--config=e2e', '--reporter=list,./scripts/playwright-summary.ts']
  summaries.push(await runRunner('playwright', playwright, 'PLAYWRIGHT_SUMMARY_FILE'))
  return addUp(summaries)
}

const total = await testAll()
rmSync(folder, { recursive: true, force: true })
console.log(`\n${formatSummary(total)}`)
process.exitCode = total.failures.length === 0 ? 0 : 1
