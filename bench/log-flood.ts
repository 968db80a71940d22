import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chromium, type Page } from '@playwright/test'
import { AppPages } from '../e2e/app-pages.ts'
import { type AppProcess, startApp } from '../e2e/app-process.ts'
import { chromiumLaunchOptions } from '../e2e/chromium.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { deployGenerator, readWritten } from './log-generator.ts'

const LINES_PER_SECOND = 20_000
const SECONDS = 60
const SETTLE_MS = 5_000
const LOOK_MS = 500
const MEGABYTE = 1_000_000

/** Memory above idle while the logs of a stack are shown that writes twenty thousand lines a second for a minute. */
export async function measureFlood(): Promise<Record<string, number>> {
  await using sample = await startSampleHost()
  await using app = await startApp()
  const browser = await chromium.launch(chromiumLaunchOptions())
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(app.link)
    const pages = new AppPages(page)
    await pages.connectTo(sample)
    const project = 'flood'
    await deployGenerator(sample, { project, lines: 1_000, linesPerSecond: null })
    await pages.openStack(project)
    await pages.openTab('Logs')
    await page.waitForTimeout(SETTLE_MS)
    const idle = memoryOf(app)
    const lines = LINES_PER_SECOND * (SECONDS + 30)
    await deployGenerator(sample, { project, lines, linesPerSecond: LINES_PER_SECOND })
    await page.waitForTimeout(SETTLE_MS)
    const [began, before] = [Date.now(), await readWritten(sample, project)]
    const peak = { ...idle }
    while (Date.now() < began + SECONDS * 1_000) {
      await page.waitForTimeout(LOOK_MS)
      const now = memoryOf(app)
      peak.main = Math.max(peak.main, now.main)
      peak.renderer = Math.max(peak.renderer, now.renderer)
    }
    const written = (await readWritten(sample, project)) - before
    const told = await readTold(page)
    // A ring of lines: what is older than it holds was let go again.
    if (told < written / 4) throw new Error(`Of ${written} lines the page tells of ${told}: it did not follow.`)
    return {
      'logs.flood.lines_per_second': (written * 1_000) / (Date.now() - began),
      'logs.flood.main_mb': (peak.main - idle.main) / MEGABYTE,
      'logs.flood.renderer_mb': (peak.renderer - idle.renderer) / MEGABYTE,
    }
  } finally {
    await browser.close()
  }

  function memoryOf({ pid }: AppProcess): { main: number; renderer: number } {
    return { main: residentBytes(pid), renderer: Math.max(...renderers().map(residentBytes)) }
  }
}

/** The lines that the page says it holds or has left out. */
async function readTold(page: Page): Promise<number> {
  const text = await page.getByText(/ lines shown/).textContent()
  const numbers = text?.match(/[\d,]+(?= lines shown)|[\d,]+(?= skipped)/g) ?? []
  return numbers.reduce((sum, number) => sum + Number(number.replaceAll(',', '')), 0)
}

/** The page's process is the largest renderer among those that this process has started. */
function renderers(): number[] {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 })
  const processes = rows.split('\n').map((row) => {
    const [, pid = '', parent = '', argv = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? []
    return { pid: Number(pid), parent: Number(parent), argv }
  })
  const isOurs = (pid: number): boolean => {
    const parent = processes.find((candidate) => candidate.pid === pid)?.parent
    return parent === process.pid || (parent !== undefined && parent > 1 && isOurs(parent))
  }
  return processes.filter(({ pid, argv }) => argv.includes('--type=renderer') && isOurs(pid)).map(({ pid }) => pid)
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    // It ended between the two looks.
    return 0
  }
}
