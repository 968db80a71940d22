import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import type { App } from '../electron/app.ts'
import { type SampleClient, startSampleApp } from '../electron/sample-app.ts'
import { mean } from '../shared/monitor/figures.ts'
import { directAddressOf } from './sample.ts'

const HOSTS = 20
const STACKS = 5
/** Probes, statistics of containers, the look at locks and the engine's slow poll each come up at least once. */
const MEASURED_MS = 90_000
/** The first pictures of a hundred stacks are not what goes on all day. */
const SETTLE_MS = 45_000
const IMAGE = 'localhost:5000/acme/api:1.0.0'

const SERVER = `require('node:http').createServer((request, response) => {
  response.end(JSON.stringify({ status: 'ok' }))
}).listen(3000)`

const compose = (name: string) => `name: ${name}
services:
  web:
    image: ${IMAGE}
    entrypoint: ["node", "/state/server.js"]
    stop_signal: SIGKILL
    volumes: ["./server.js:/state/server.js:ro"]
  worker:
    image: ${IMAGE}
    entrypoint: ["sleep", "infinity"]
    stop_signal: SIGKILL
`
const RUNBOOK = `slipway: 1
id: watched
name: Watched
match: { images: ['**/acme/api'] }
services: [{ name: web }, { name: worker }]
probes:
  - id: status
    http: { service: web, port: 3000, path: /status }
    healthy: { status: [200], json: [{ path: status, equals: ok }] }
  - id: port
    tcp: { service: web, port: 3000 }
  - id: worker-runs
    container: { service: worker }
`

/**
 * What it costs to watch twenty hosts with five stacks each while nobody looks: CPU of this process, which is the
 * main process without a window, and SSH channels. The hosts are twenty connections to one sample host.
 */
export async function measureMonitor(): Promise<Record<string, number>> {
  await using sample = await startSampleHost()
  await startStacks(sample)
  const dataFolder = mkdtempSync(join(tmpdir(), 'bench-monitor-'))
  mkdirSync(join(dataFolder, 'runbooks'))
  writeFileSync(join(dataFolder, 'runbooks', 'watched.yaml'), RUNBOOK)
  const { app, client } = await startSampleApp(dataFolder)
  try {
    const { hostname, port } = await directAddressOf(sample)
    await connectHosts(client, sample, { hostname, port })
    await untilAllHealthy(app)
    await pause(SETTLE_MS)
    const figures = await measure(app)
    // A monitor that has lost its hosts meanwhile would cost nothing.
    if (healthyStacks(app) !== HOSTS * STACKS) throw new Error('Not all stacks are watched any more.')
    return figures
  } finally {
    await app.dispose()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

async function measure(app: App): Promise<Record<string, number>> {
  const channels: number[] = []
  const cpu = process.cpuUsage()
  const begin = performance.now()
  while (performance.now() - begin < MEASURED_MS) {
    channels.push(app.openChannels())
    await pause(500)
  }
  const { user, system } = process.cpuUsage(cpu)
  return {
    'monitor.cpu_percent': ((user + system) / 1000 / (performance.now() - begin)) * 100,
    'monitor.ssh_channels': mean(channels) ?? 0,
    'monitor.ssh_channels_most': Math.max(...channels),
  }
}

async function startStacks(sample: SampleHost): Promise<void> {
  for (let number = 1; number <= STACKS; number++) {
    const name = `watched-${number}`
    const directory = `/home/deploy/${name}`
    await sample.exec(['mkdir', '-p', directory], { user: 'deploy' })
    await sample.writeFile(`${directory}/docker-compose.yml`, compose(name))
    await sample.writeFile(`${directory}/server.js`, SERVER)
    await sample.exec(['docker', 'compose', '--project-directory', directory, 'up', '--detach'])
  }
}

async function connectHosts(
  client: SampleClient,
  sample: SampleHost,
  address: { readonly hostname: string; readonly port: number },
): Promise<void> {
  const auth = { agent: 'none', keyFiles: [sample.privateKeyPath], password: false }
  for (let number = 1; number <= HOSTS; number++) {
    const target = { kind: 'ssh', ...address, user: sample.user, auth } as const
    const { id: hostId } = await client.host.add({ label: `host ${number}`, target })
    await client.host.connect({ hostId })
    for await (const views of await client.host.watchAll()) {
      const status = views.find(({ id }) => id === hostId)?.status
      if (status?.kind === 'connected') break
      if (status?.kind === 'failed' || status?.kind === 'waiting') throw new Error(status.error.message)
      if (status?.kind !== 'question') continue
      const questionId = status.question.id
      await client.host.answer({ hostId, questionId, answer: { kind: 'host-key', accept: true } })
    }
  }
}

function healthyStacks(app: App): number {
  return app.monitor.fleet().flatMap(({ stacks }) => stacks.filter(({ state }) => state === 'healthy')).length
}

async function untilAllHealthy(app: App): Promise<void> {
  const deadline = performance.now() + 300_000
  while (healthyStacks(app) !== HOSTS * STACKS) {
    if (performance.now() > deadline) {
      const [bad] = app.monitor.fleet().flatMap(({ stacks }) => stacks.filter(({ state }) => state !== 'healthy'))
      throw new Error(`Only ${healthyStacks(app)} stacks have become healthy. One is ${bad?.state}: ${bad?.reason}`)
    }
    await pause(500)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
