import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { createEngine, type EngineClient } from '../docker/engine-client.ts'
import { connectSampleHost } from '../docker/sample-connection.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import type { HostSession } from '../stacks/stack.ts'
import { createLogSource } from './create-log-source.ts'
import type { LogBatch, LogEvent } from './log-batch.ts'

const IMAGE = 'localhost:5000/library/alpine:3'
/** Writes what it finds in a file of its own, so that a test decides what is logged and when. */
const COMPOSE = `
name: words
services:
  speaker:
    image: ${IMAGE}
    stop_grace_period: 0s
    environment: ["ROUND=\${ROUND:-1}"]
    command: [sh, -c, 'echo "begin $$ROUND of $$HOSTNAME"; exec sleep 100000']
  terminal:
    image: ${IMAGE}
    tty: true
    stop_grace_period: 0s
    command: [sh, -c, 'printf "%020000d\\\\n" 7; echo "colour"; exec sleep 100000']
  job:
    image: ${IMAGE}
    command: [sh, -c, 'echo one; echo two >&2; printf "without an end"']
`

let sample: SampleHost
let host: SshHost
let engine: EngineClient

const compose = (argv: string) =>
  sample.exec(['sh', '-c', `ROUND=\${ROUND:-1} docker compose -f /tmp/words.yaml ${argv}`])
/** Lets the service itself say something. */
const say = (service: string, text: string, number = 1) =>
  sample.exec([
    'sh',
    '-c',
    `echo '${text}' > /proc/$(docker inspect -f '{{.State.Pid}}' words-${service}-${number})/fd/1`,
  ])

beforeAll(async () => {
  sample = await startSampleHost()
  host = connectSampleHost(sample)
  await host.connect()
  engine = createEngine(host)
  await sample.exec(['sh', '-c', 'cat > /tmp/words.yaml'], { input: COMPOSE })
  await compose('up -d --quiet-pull')
})

afterAll(async () => {
  await host?.dispose()
  await sample?.dispose()
})

/** What a tail told, as lines of `service text`, `service began`, and so on. */
class Told {
  readonly events: LogEvent[] = []
  readonly end = new AbortController()
  readonly done: Promise<void>

  constructor(
    services: readonly string[] | null,
    tailLines: number,
    on: Pick<HostSession, 'host' | 'engine'> = { host, engine },
  ) {
    const tail = createLogSource(on, 'words').tail({ services, tailLines }, this.end.signal)
    this.done = (async () => {
      for await (const event of tail) this.events.push(event)
    })()
  }

  get texts(): string[] {
    return this.events.flatMap((event) => {
      if (event.kind === 'lines') return textsOf(event.batch)
      if (event.kind === 'container') return [`${event.container.service} ${event.change}`]
      return event.kind === 'gap' ? [`${event.container.service} gap`] : []
    })
  }

  states(service: string): string[] {
    return this.events.flatMap((event) => (event.kind === 'service' && event.service === service ? [event.state] : []))
  }

  async stop(): Promise<void> {
    this.end.abort()
    await this.done
  }
}

function textsOf({ container, bytes, ends }: LogBatch): string[] {
  const source = Buffer.from(bytes)
  return [...ends].map((end, at) => `${container.service} ${source.toString('utf8', at === 0 ? 0 : ends[at - 1], end)}`)
}

describe('the tail of a stack', () => {
  it('tells what was, what is, what a terminal shows and what a job said, and leaves no stream open', async () => {
    // The channels of calls stay open; those of streams are told from them by filling that pool first.
    await Promise.all(Array.from({ length: 50 }, () => engine.listContainers({})))
    const before = host.openChannels
    const told = new Told(null, 100)
    await expect.poll(() => told.states('terminal').at(-1), { timeout: 20_000 }).toBe('following')
    await expect.poll(() => told.states('speaker').at(-1), { timeout: 20_000 }).toBe('following')
    await say('speaker', 'live')
    await expect.poll(() => told.texts, { timeout: 20_000 }).toContain('speaker live')
    expect(told.texts.filter((text) => text.startsWith('terminal '))).toEqual([
      'terminal began',
      `terminal ${'7'.padStart(20_000, '0')}`,
      'terminal colour',
    ])
    await expect.poll(() => told.states('job').at(-1), { timeout: 20_000 }).toBe('ended')
    const job = told.texts.filter((text) => text.startsWith('job '))
    expect(job.toSorted()).toEqual(['job began', 'job ended', 'job one', 'job two', 'job without an end'])
    expect(host.openChannels).toBeGreaterThan(before)
    await told.stop()
    await expect.poll(() => host.openChannels).toBe(before)
  })

  it('goes on with the container that replaces another, with more of them, and with one that is started again', async () => {
    const told = new Told(['speaker'], 0)
    await expect.poll(() => told.states('speaker').at(-1), { timeout: 20_000 }).toBe('following')
    await sample.exec(['sh', '-c', 'ROUND=2 docker compose -f /tmp/words.yaml up -d speaker'])
    await expect.poll(() => told.texts.join(), { timeout: 20_000 }).toMatch(/speaker began,.*speaker begin 2 of/)
    await sample.exec(['sh', '-c', 'ROUND=2 docker compose -f /tmp/words.yaml up -d --scale speaker=2 speaker'])
    await expect
      .poll(() => told.texts.filter((text) => text.includes('begin 2 of')), { timeout: 20_000 })
      .toHaveLength(2)
    await sample.exec(['docker', 'restart', '-t', '0', 'words-speaker-2'])
    await expect
      .poll(() => told.texts.filter((text) => text.includes('begin 2 of')), { timeout: 20_000 })
      .toHaveLength(3)
    await say('speaker', 'second', 2)
    await say('speaker', 'first', 1)
    await expect
      .poll(() => told.texts.slice(-2).toSorted(), { timeout: 20_000 })
      .toEqual(['speaker first', 'speaker second'])
    expect(told.texts).not.toContain('speaker gap')
    expect(told.texts).not.toContain('speaker live')
    await told.stop()
  })

  it('notices that a log was emptied under it, and says so', async () => {
    const told = new Told(['speaker'], 0)
    await expect.poll(() => told.states('speaker').at(-1), { timeout: 20_000 }).toBe('following')
    await sample.exec(['sh', '-c', ": > $(docker inspect -f '{{.LogPath}}' words-speaker-1)"])
    await expect.poll(() => told.texts, { timeout: 40_000 }).toContain('speaker gap')
    await told.stop()
  })

  it('outlives the engine', async () => {
    const told = new Told(['speaker'], 0)
    await expect.poll(() => told.states('speaker').at(-1), { timeout: 20_000 }).toBe('following')
    await sample.stopEngine()
    await expect.poll(() => told.states('speaker').at(-1), { timeout: 20_000 }).toBe('reconnecting')
    await sample.startEngine()
    await compose('start speaker')
    await expect.poll(() => told.states('speaker').at(-1), { timeout: 40_000 }).toBe('following')
    await say('speaker', 'back again')
    await expect.poll(() => told.texts, { timeout: 20_000 }).toContain('speaker back again')
    await told.stop()
  })
})

describe('a window of time', () => {
  const read = async (services: readonly string[], sinceNs: bigint | null, untilNs: bigint | null) => {
    const source = createLogSource({ host, engine }, 'words')
    const batches = await Array.fromAsync(
      source.readWindow({ services, sinceNs, untilNs }, new AbortController().signal),
    )
    return { times: batches.flatMap(({ times }) => [...times]), texts: batches.flatMap(textsOf) }
  }

  const SECOND = '2026-01-02T03:04:05'
  const at = (ns: number) => BigInt(Date.parse(`${SECOND}Z`)) * 1_000_000n + BigInt(ns)
  /** As an engine stores lines of two streams that were written at the same moment. */
  const STORED = [
    { log: 'one\n', stream: 'stdout', time: `${SECOND}.000000001Z` },
    { log: 'three\n', stream: 'stderr', time: `${SECOND}.000000003Z` },
    { log: 'two\n', stream: 'stdout', time: `${SECOND}.000000002Z` },
    { log: 'without an end', stream: 'stderr', time: `${SECOND}.000000004Z` },
  ]

  it('has all lines of its time and no other, also where they are not stored in its order', async () => {
    const input = STORED.map((line) => `${JSON.stringify(line)}\n`).join('')
    await sample.exec("docker wait words-job-1 && cat > $(docker inspect -f '{{.LogPath}}' words-job-1)", { input })
    const all = await read(['job'], null, null)
    expect(all.texts).toEqual(['job one', 'job three', 'job two', 'job without an end'])
    expect(all.times).toEqual([at(1), at(3), at(2), at(4)])
    expect((await read(['job'], at(3), null)).texts).toEqual(['job three', 'job without an end'])
    expect((await read(['job'], null, at(2))).texts).toEqual(['job one', 'job two'])
    expect((await read(['job'], at(2), at(3))).texts).toEqual(['job three', 'job two'])
    expect((await read(['job'], at(5), null)).texts).toEqual([])
    const source = createLogSource({ host, engine }, 'words')
    expect(await source.oldestTime(['job'], new AbortController().signal)).toBe(at(1))
    expect(await source.oldestTime(['nobody'], new AbortController().signal)).toBeNull()
  })
})

describe('where sshd forbids forwarding, and each stream costs a session', () => {
  it('logs are read anew instead of followed, and nothing is lost', async () => {
    await using narrow = await startNarrowHost()
    const told = new Told(['ticker'], 10, narrow)
    await expect.poll(() => told.states('ticker').at(-1), { timeout: 30_000 }).toBe('following')
    const last = () => told.texts.filter((text) => text.startsWith('ticker tick ')).length
    await expect.poll(last, { timeout: 60_000 }).toBeGreaterThan(30)
    await told.stop()
    const numbers = told.texts.flatMap((text) => /^ticker tick (\d+)$/.exec(text)?.[1] ?? []).map(Number)
    expect(numbers).toEqual(Array.from(numbers, (_, at) => (numbers[0] ?? 0) + at))
    expect(told.texts).not.toContain('ticker gap')
  })
})

async function startNarrowHost() {
  const narrowSample = await startSampleHost({ sshdConfig: ['AllowTcpForwarding no'] })
  const narrowHost = connectSampleHost(narrowSample)
  await narrowHost.connect()
  const labels = '--label com.docker.compose.project=words --label com.docker.compose.service=ticker'
  const command = 'i=0; while :; do i=$((i + 1)); echo "tick $i"; sleep 0.2; done'
  await narrowSample.exec(['sh', '-c', `docker run -d ${labels} ${IMAGE} sh -c '${command}'`])
  return {
    host: narrowHost,
    engine: createEngine(narrowHost),
    async [Symbol.asyncDispose]() {
      await narrowHost.dispose()
      await narrowSample.dispose()
    },
  }
}
