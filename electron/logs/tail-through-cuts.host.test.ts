import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { logFilterSchema } from '../../shared/contract/logs.ts'
import { createEngine } from '../docker/engine-client.ts'
import { connectSampleHost } from '../docker/sample-connection.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import { createLogSource } from './create-log-source.ts'
import { describeGap } from './describe-gap.ts'
import type { LogEvent } from './log-batch.ts'
import { NumberedLines } from './numbered-lines.ts'
import { KIND } from './store/chunk.ts'
import { indexOf } from './store/entries.ts'
import { LogStore } from './store/log-store.ts'

/** All of it is to fit. */
const STORE_BYTES = 256 * 1024 * 1024
const RUNS = 3
const LINES = 200_001
const LINES_A_RUN = LINES / RUNS
const CUTS = 20
/** So many are made early; the others wait for the last run, of which no line may be missed. */
const EARLY_CUTS = 14
/** This one lasts, so that what is written meanwhile is rotated away. */
const LONG_CUT = 3

/**
 * Bursts on both streams; each thousandth line is longer than the pieces in which the engine keeps it. Of the last run
 * every line is kept, and of the others what was written last: how much a machine misses of those is its speed's to say.
 */
const COMPOSE = `
name: numbers
services:
  generator:
    image: localhost:5000/library/alpine:3
    stop_grace_period: 0s
    volumes: ["/tmp/numbers:/done"]
    environment: ["RUN=\${RUN}"]
    logging: { driver: json-file, options: { max-size: 2m, max-file: "\${FILES}" } }
    command:
      - sh
      - -c
      - |
        from=1
        while [ $$from -le ${LINES_A_RUN} ]; do
          awk -v from=$$from -v last=${LINES_A_RUN} 'BEGIN {
            long = "x"; while (length(long) < 40000) long = long long; long = " " substr(long, 1, 40000)
            for (i = from; i < from + 600 && i <= last; i++) {
              line = i % 1000 == 7 || i % 1000 == 508 ? i long : i
              if (i % 2) print line; else print line > "/dev/stderr"
            }
          }'
          from=$$((from + 600))
          sleep 0.15
        done
        touch /done/$$RUN
        # The first is killed as soon as it has written its last line, the second ends by itself.
        [ $$RUN = 2 ] || sleep 1000
`

const WRITE_RUN = `
set -e
mkdir -p /tmp/numbers
docker compose -f /tmp/numbers.yaml up -d --force-recreate
while [ ! -e /tmp/numbers/$RUN ]; do sleep 0.05; done
`

let sample: SampleHost
let host: SshHost

beforeAll(async () => {
  sample = await startSampleHost()
  host = connectSampleHost(sample)
  await host.connect()
  await sample.exec(['sh', '-c', 'cat > /tmp/numbers.yaml'], { input: COMPOSE })
  await sample.exec(['docker', 'pull', '-q', 'localhost:5000/library/alpine:3'])
})

afterAll(async () => {
  await host?.dispose()
  await sample?.dispose()
})

const TITLE = 'tells each of 200,000 lines once, or names the gap, while all that can go wrong does'

it(TITLE, { timeout: 600_000 }, async () => {
  const end = new AbortController()
  const lines = new NumberedLines()
  const store = new LogStore({ limitBytes: STORE_BYTES })
  const tail = createLogSource({ host, engine: createEngine(host) }, 'numbers').tail(
    { services: ['generator'], tailLines: 0 },
    end.signal,
  )
  const following = (async () => {
    for await (const event of tail) {
      lines.take(event)
      takeInto(store, event)
    }
  })()
  const written = { runs: 0 }
  const writing = (async () => {
    for (; written.runs < RUNS; written.runs++) {
      const variables = [`RUN=${written.runs + 1}`, `FILES=${written.runs === RUNS - 1 ? 100 : 4}`]
      await sample.exec(['env', ...variables, 'sh', '-c', WRITE_RUN])
    }
  })()
  writing.catch(() => {
    written.runs = RUNS
  })
  for (let cuts = 0; cuts < CUTS || written.runs < RUNS; ) {
    await sleep(200 + 1500 * Math.random())
    if (cuts >= (written.runs < RUNS - 1 ? EARLY_CUTS : CUTS)) continue
    await cut(cuts === LONG_CUT ? 7000 : 0)
    cuts++
  }
  await writing
  // On a busy machine the last attempt may have failed.
  await expect.poll(() => host.connect().then(() => host.status.kind), { timeout: 60_000 }).toBe('connected')
  await expect.poll(() => lines.hasReached(lines.containers[RUNS - 1], LINES_A_RUN), { timeout: 60_000 }).toBe(true)
  end.abort()
  await following
  for (const container of lines.containers) lines.finish(container, LINES_A_RUN)
  expect(lines.mistakes).toEqual([])
  expect(lines.arrived + lines.missing).toBe(LINES)
  // A container that is replaced during a cut takes its last lines with it; the last one is not, and all of it is kept.
  expect(lines.arrived).toBeGreaterThan(LINES / 2)
  const ofLast = [1, 2].flatMap((stream) => lines.numbers.get(`${lines.containers[RUNS - 1]}/${stream}`) ?? [])
  expect(ofLast).toHaveLength(LINES_A_RUN)
  expect(lines.long).toBeGreaterThan(0)
  const shown = rowsOf(store)
  expect(shown.gapRows).toBe(lines.gapRows)
  expect(shown.numbers).toEqual(lines.numbers)
})

function takeInto(store: LogStore, event: LogEvent): void {
  if (event.kind === 'lines') store.take(event.batch)
  if (event.kind === 'gap') store.note({ ...describeGap(event), container: event.container, nowMs: Date.now() })
  if (event.kind === 'lines' || event.kind === 'gap') store.flush()
}

/** The rows as a view of all has them: the numbers of each stream in order, and how many gaps there are. */
function rowsOf(store: LogStore): { numbers: Map<string, number[]>; gapRows: number } {
  store.flush({ all: true })
  const view = store.openView('v', logFilterSchema.parse({}))
  while (view.run(Number.POSITIVE_INFINITY));
  const numbers = new Map<string, number[]>()
  let gapRows = 0
  for (const ref of view.copy()) {
    const chunk = store.entries.chunk(ref)
    const index = indexOf(ref)
    if (chunk.kinds[index] === KIND.gap) gapRows++
    if (chunk.kinds[index] !== KIND.line) continue
    const key = `${store.sources.at(chunk.sources[index] ?? 0).containerId}/${chunk.streams[index]}`
    const number = Number(/^\d+/.exec(chunk.textOf(index))?.[0])
    // The rest of a line whose beginning was rotated away has none.
    if (Number.isNaN(number)) continue
    const known = numbers.get(key)
    if (known === undefined) numbers.set(key, [number])
    else known.push(number)
  }
  return { numbers, gapRows }
}

async function cut(forMs: number): Promise<void> {
  await sample.killSshSessions()
  if (forMs > 0) {
    await host.disconnect()
    await sleep(forMs)
  }
  await host.connect().catch(() => undefined)
}
