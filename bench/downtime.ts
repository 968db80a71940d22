import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import type { SshHost } from '../electron/hosts/ssh-host.ts'
import { connectSampleHost, startSampleApp } from '../electron/sample-app.ts'
import { explainRecord } from './explain-record.ts'
import { connectTo, directAddressOf } from './sample.ts'
import { median, shuffled } from './statistics.ts'

/** Each round is an upgrade of either kind. */
const ROUNDS = 3
/** How often the client asks each service whether it is there. */
const POLL_MS = 50
/** An upgrade by hand returns before its services answer: they are watched until they have all done so for this long. */
const STEADY_MS = 2_000
const LIMIT_MS = 120_000
const PORTS = [5010, 5011, 5012, 5013]
const FROM = '0.10.0'
const TO = '0.10.1'

/** The same upgrade of the same stack on a fresh host each, in turns by Slipway and by hand. */
export async function measureDowntime(): Promise<Record<string, number>> {
  const ways = { slipway: upgradeBySlipway, compose: upgradeByCompose }
  const downtimes = { slipway: [] as number[], compose: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of shuffled(['slipway', 'compose'] as const)) downtimes[way].push(await downtimeDuring(ways[way]))
  }
  const [bySlipway, byCompose] = [median(downtimes.slipway), median(downtimes.compose)]
  return {
    'upgrade.downtime.ms': bySlipway,
    'upgrade.downtime.compose_ms': byCompose,
    'upgrade.downtime.vs_compose': bySlipway / byCompose,
  }
}

/** Milliseconds in which a service did not answer, summed over the services. */
async function downtimeDuring(upgrade: (sample: SampleHost) => Promise<void>): Promise<number> {
  await using sample = await startSampleHost({ stacks: ['monlight'] })
  const host = connectTo(sample, await directAddressOf(sample))
  await host.connect()
  const isOver = new AbortController()
  const watching = PORTS.map((port) => watchPort(host, port, isOver.signal))
  await upgrade(sample)
  isOver.abort()
  const downtimes = await Promise.all(watching)
  await host.dispose()
  return downtimes.reduce((sum, downtime) => sum + downtime, 0)
}

/** Until the upgrade is over and the service has answered for a while. */
async function watchPort(host: SshHost, port: number, isOver: AbortSignal): Promise<number> {
  const begin = performance.now()
  let [downtime, last, wasUp, upSince] = [0, begin, true, begin]
  while (!isOver.aborted || !wasUp || last - upSince < STEADY_MS) {
    if (last - begin > LIMIT_MS)
      throw new Error(`Port ${port} does not answer ${LIMIT_MS / 1000} s after the beginning.`)
    const isUp = await answers(host, port)
    const now = performance.now()
    // The gap belongs to the downtime as soon as either end of it was down.
    if (!isUp || !wasUp) downtime += now - last
    if (!isUp) upSince = now
    wasUp = isUp
    last = now
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return downtime
}

/** Whether something speaks HTTP there; a service that answers 503 is up and says that it is not ready. */
function answers(host: SshHost, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = host.openSocket({ host: '127.0.0.1', port })
    const timer = setTimeout(() => done(false), 2000)
    const done = (isUp: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(isUp)
    }
    socket.once('data', (chunk: Buffer) => done(chunk.toString('latin1').startsWith('HTTP/1.1 200')))
    socket.once('error', () => done(false))
    socket.once('end', () => done(false))
    socket.once('close', () => done(false))
    socket.write('GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n')
  })
}

async function upgradeByCompose(sample: SampleHost): Promise<void> {
  const script = `cd monlight && sed -i 's/:${FROM.replaceAll('.', '\\.')}/:${TO}/' docker-compose.yml && docker compose pull -q && docker compose up -d`
  await sample.exec(script, { user: 'deploy', timeoutMs: 300_000 })
}

async function upgradeBySlipway(sample: SampleHost): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-bench-app-'))
  const { app, client } = await startSampleApp(dataFolder)
  try {
    const ref = { ...(await connectSampleHost(client, sample)), project: 'monlight' }
    const plan = await client.upgrade.plan({ ...ref, version: TO })
    const { operationId } = await client.upgrade.run({ ...ref, planId: plan.id })
    for await (const event of await client.operation.watch({ ...ref, operationId })) {
      if (event.type !== 'snapshot' || event.record.outcome === 'running') continue
      if (event.record.outcome !== 'succeeded') throw explainRecord(event.record)
      break
    }
  } finally {
    await app.dispose()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}
