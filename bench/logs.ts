import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { get } from 'node:http'
import { finished } from 'node:stream/promises'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { LogTarget } from '../electron/logs/log-target.ts'
import { LogThread } from '../electron/logs/log-thread.ts'
import { StackLog } from '../electron/logs/stack-log.ts'
import { openStackFixture } from '../electron/stacks/stack-fixture.ts'
import { logFilterSchema } from '../shared/contract/logs.ts'
import { deployGenerator } from './log-generator.ts'
import { connectTo, type DirectAddress, directAddressOf, localSocketOf, makeSshWrapper } from './sample.ts'
import { median, shuffled, timedMs } from './statistics.ts'

const LINES = 500_000
const ROUNDS = 3
/** All of them have to fit: what is measured is reading, not letting go. */
const LIMIT_BYTES = 512 * 1024 * 1024
const PROJECT = 'pino'
const LIMIT_MS = 300_000

/**
 * The same log of half a million lines: as rows in the store that the screen reads, with their levels, beside the
 * engine alone, its own client over SSH that throws them away, and that with jq behind it.
 */
export async function measureLogs(): Promise<Record<string, number>> {
  await using sample = await startSampleHost()
  await deployGenerator(sample, { project: PROJECT, lines: LINES, linesPerSecond: null })
  const address = await directAddressOf(sample)
  const wrapper = makeSshWrapper(sample, address)
  const host = connectTo(sample, address)
  const { stacks } = openStackFixture(sample, host)
  const target = new LogTarget(stacks, { hostId: host.id, project: PROJECT })
  const socketPath = await localSocketOf(sample)
  const log = `docker logs ${PROJECT}-generator-1`
  const hasJq = existsSync('/usr/bin/jq')
  if (!hasJq) console.error('jq is not installed: logs.vs_jq is left out.')
  const ways: Record<string, () => Promise<void>> = {
    slipway: () => readIntoStore(target),
    engine: () => drainLocally(socketPath),
    ssh: () => bySsh(sample, { ...address, folder: wrapper.folder }, log, 'cat'),
    ...(hasJq ? { jq: () => bySsh(sample, { ...address, folder: wrapper.folder }, log, 'jq -c .') } : {}),
  }
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]))
  try {
    await host.connect()
    // What the stack's files say is known when somebody comes to its logs.
    await target.read(new AbortController().signal)
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, read] of shuffled(Object.entries(ways))) times[name]?.push(await timedMs(read))
    }
  } finally {
    await host.dispose()
    wrapper.remove()
  }
  const slipway = median(times.slipway ?? [])
  return {
    'logs.lines_per_second': Math.round((LINES * 1000) / slipway),
    'logs.vs_engine': median(times.engine ?? []) / slipway,
    'logs.vs_ssh_docker_logs': median(times.ssh ?? []) / slipway,
    ...(hasJq ? { 'logs.vs_jq': median(times.jq ?? []) / slipway } : {}),
  }
}

/** Until the newest line is a row of a view. The connection is there, as it is for `ssh` after its own few milliseconds. */
async function readIntoStore(target: LogTarget): Promise<void> {
  const thread = new LogThread((error) => console.error(error))
  const store = thread.open({ limitBytes: LIMIT_BYTES })
  const whole = Promise.withResolvers<void>()
  store.onView = ({ count }) => {
    if (count >= LINES) whole.resolve()
  }
  store.onFailure = whole.reject
  await store.ask({ kind: 'open-view', viewId: 'bench', filter: logFilterSchema.parse({}) })
  const tail = new StackLog({ target, store, tailLines: LINES, onChange: () => {}, reportBug: whole.reject })
  const limit = setTimeout(() => whole.reject(new Error('Not all lines were read in time.')), LIMIT_MS)
  await whole.promise
  clearTimeout(limit)
  if (tail.skippedLines > 0) throw new Error(`${tail.skippedLines} lines were left out.`)
  await tail.stop()
  await thread.dispose()
}

/** The same from the engine's own socket, thrown away unread: no reader of logs can be faster than the engine is. */
async function drainLocally(socketPath: string): Promise<void> {
  const path = `/containers/${PROJECT}-generator-1/logs?stdout=1&stderr=1&timestamps=1`
  const [answer] = await once(get({ socketPath, path }), 'response')
  await finished(answer.resume())
}

interface SshWay extends DirectAddress {
  readonly folder: string
}

async function bySsh(sample: SampleHost, { hostname, port, folder }: SshWay, log: string, reader: string) {
  const command = `ssh -p ${port} ${sample.user}@${hostname} '${log}' | ${reader} > /dev/null`
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` }
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${code}.`)
}
