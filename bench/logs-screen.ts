import { chromium, type Page } from '@playwright/test'
import { AppPages } from '../e2e/app-pages.ts'
import { startApp } from '../e2e/app-process.ts'
import { chromiumLaunchOptions } from '../e2e/chromium.ts'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { LogPages } from '../e2e/log-pages.ts'
import { median } from './statistics.ts'

const LINES = 1_000_000
/** Lines are written in such parts, with a pause after each: as fast as a busy stack, slower than a flood. */
const PART_LINES = 10_000
const DIRECTORY = '/home/deploy/million'
const LOADED_LIMIT_MS = 300_000

/** Places in the list, from its beginning, at which it is scrolled by hand. */
const PLACES = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]
const STEADY_MS = 1500
/** Three rows a frame: a wheel that is turned fast. */
const STEADY_PX = 66
const DRAG_MS = 6000

/** What is typed, key by key. The newest lines do not all have it, so that the list has to change. */
const WORDS = ['571', '802', '463'] as const

/** The screen in a real browser, with a million lines held: how smoothly it scrolls, and how soon it shows a filter. */
export async function measureLogsScreen(): Promise<Record<string, number>> {
  await using sample = await startSampleHost()
  await deployWriter(sample)
  await using app = await startApp()
  const browser = await chromium.launch(chromiumLaunchOptions())
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(app.link)
    const pages = new AppPages(page)
    await pages.addHost(sample)
    await pages.trustHostKey()
    await pages.sidebar.getByRole('link', { name: /^million/ }).click()
    await pages.openTab('Logs')
    const logs = new LogPages(page)
    await load(sample, logs)
    const scroll = await measureScroll(page, logs)
    return { ...scroll, ...(await measureFilter(logs)) }
  } finally {
    await browser.close()
  }
}

/** Written part by part once it is told to: `sh` and `awk` are enough for a hundred thousand lines a second. */
const SCRIPT = `until [ -e /go ]; do sleep 0.2; done
i=1
while [ $i -le ${LINES} ]; do
  awk -v from=$i 'BEGIN {
    for (i = from; i < from + ${PART_LINES}; i++) printf "{\\"level\\":30,\\"msg\\":\\"request %d completed\\"}\\n", i
  }'
  i=$((i + ${PART_LINES}))
  sleep 0.1
done
sleep infinity
`

async function deployWriter(sample: SampleHost): Promise<void> {
  const writer = {
    image: 'localhost:5000/library/alpine:3',
    command: ['sh', '/write.sh'],
    volumes: ['./write.sh:/write.sh:ro'],
  }
  await sample.exec(['mkdir', DIRECTORY], { user: 'deploy' })
  await sample.writeFile(`${DIRECTORY}/write.sh`, SCRIPT)
  await sample.writeFile(`${DIRECTORY}/compose.yaml`, JSON.stringify({ services: { writer } }))
  await compose(sample, 'up', '--detach', '--quiet-pull')
}

function compose(sample: SampleHost, ...argv: readonly string[]) {
  return sample.exec(['docker', 'compose', '--project-directory', DIRECTORY, ...argv])
}

async function load(sample: SampleHost, logs: LogPages): Promise<void> {
  await logs.list.waitFor()
  await logs.page.getByRole('button', { name: 'Following' }).waitFor()
  await compose(sample, 'exec', '-T', 'writer', 'touch', '/go')
  const end = Date.now() + LOADED_LIMIT_MS
  while ((await logs.shownCount()) < LINES) {
    if (Date.now() > end) throw new Error(`Only ${await logs.shownCount()} of ${LINES} lines were held in time.`)
    await logs.page.waitForTimeout(500)
  }
}

/** Frames a second: while scrolling steadily at several places, and while the bar is dragged over the whole list. */
async function measureScroll(page: Page, logs: LogPages): Promise<Record<string, number>> {
  await logs.list.focus()
  const steady: number[] = []
  for (const part of PLACES) {
    await logs.list.evaluate((list, at) => {
      list.scrollTop = list.scrollHeight * at
    }, part)
    await logs.rows.first().waitFor()
    steady.push(await framesPerSecond(logs, { ms: STEADY_MS, stepPx: STEADY_PX }))
  }
  await page.keyboard.press('Home')
  await logs.rows.first().waitFor()
  const drag = await framesPerSecond(logs, { ms: DRAG_MS, stepPx: null })
  return {
    'logs.scroll.fps': median(steady),
    'logs.scroll.worst_fps': Math.min(...steady),
    'logs.scroll.drag_fps': drag,
  }
}

/** Scrolls in every frame; `stepPx` null: as far as takes it to the end in that time. */
function framesPerSecond(
  logs: LogPages,
  options: { readonly ms: number; readonly stepPx: number | null },
): Promise<number> {
  return logs.list.evaluate(
    (list, { ms, stepPx }) =>
      new Promise<number>((resolve) => {
        // The page's own: a benchmark's types know no document.
        const frame = (next: (now: number) => void) => list.ownerDocument.defaultView?.requestAnimationFrame(next)
        const beganAt = performance.now()
        let frames = 0
        const step = (now: number) => {
          if (now - beganAt >= ms) return resolve((frames * 1000) / (now - beganAt))
          frames += 1
          if (stepPx === null) list.scrollTop = ((now - beganAt) / ms) * (list.scrollHeight - list.clientHeight)
          else list.scrollTop += stepPx
          frame(step)
        }
        frame(step)
      }),
    options,
  )
}

/** From the key to the frame in which only lines that pass are drawn; and to the one in which all of them are counted. */
async function measureFilter(logs: LogPages): Promise<Record<string, number>> {
  const unfiltered = await logs.shownCount()
  const first: number[] = []
  const whole: number[] = []
  for (const word of WORDS) {
    await logs.search.fill('')
    await waitForCount(logs, unfiltered)
    await logs.page.keyboard.press('Escape')
    await logs.page.keyboard.press('f')
    await logs.search.focus()
    for (let length = 1; length <= word.length; length += 1) {
      const text = word.slice(0, length)
      await watchForFilter(logs, text, countLines(text))
      await logs.page.keyboard.press(word.charAt(length - 1))
      const { firstMs, wholeMs } = await whenFiltered(logs)
      first.push(firstMs)
      whole.push(wholeMs)
    }
  }
  return {
    'logs.filter.ms': median(first),
    'logs.filter.worst_ms': Math.max(...first),
    'logs.filter.whole_ms': median(whole),
  }
}

async function waitForCount(logs: LogPages, count: number): Promise<void> {
  while ((await logs.shownCount()) !== count) await logs.page.waitForTimeout(50)
}

function countLines(text: string): number {
  let count = 0
  for (let line = 1; line <= LINES; line += 1) if (`30 ${line}`.includes(text)) count += 1
  return count
}

/** Begins to watch before the key is pressed: the clock is the page's own, from the key's event on. */
async function watchForFilter(logs: LogPages, text: string, count: number): Promise<void> {
  await logs.list.evaluate(
    (list, wanted) => {
      const filtered = new Promise<FilterTimes>((resolve) => {
        const frame = (next: () => void) => list.ownerDocument.defaultView?.requestAnimationFrame(next)
        const passes = () => {
          const rows = [...list.querySelectorAll('[data-kind="line"]')]
          return rows.length > 0 && rows.every((row) => row.querySelector('mark')?.textContent === wanted.text)
        }
        list.ownerDocument.addEventListener(
          'keydown',
          ({ timeStamp }: Event) => {
            let firstMs: number | null = null
            const look = () => {
              const now = performance.now()
              if (firstMs === null && passes()) firstMs = now - timeStamp
              const isWhole = Number(list.getAttribute('aria-rowcount')) === wanted.count + 1
              if (firstMs !== null && isWhole) resolve({ firstMs, wholeMs: now - timeStamp })
              else frame(look)
            }
            frame(look)
          },
          { once: true, capture: true },
        )
      })
      // Kept there, so that the watch is on before the key is pressed.
      Object.assign(list, { filtered })
    },
    { text, count },
  )
}

interface FilterTimes {
  readonly firstMs: number
  readonly wholeMs: number
}

function whenFiltered(logs: LogPages): Promise<FilterTimes> {
  return logs.list.evaluate((list) => (list as unknown as { filtered: Promise<FilterTimes> }).filtered)
}
