import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import Dockerode from 'dockerode'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { createEngine } from '../electron/docker/engine-client.ts'
import { connectTo, countSignIns, localSocketOf, makeSshWrapper } from './sample.ts'
import { median, shuffled, timedMs } from './statistics.ts'

/** Containers on the host while measuring; the answer of `GET /containers/json` grows with them. */
const CONTAINERS = 10
const ROUNDS = 150
/** dockerode's ssh and the CLI take long: fewer samples tell enough. */
const SLOW_ROUNDS = 20
const CONCURRENT = 50
const CONCURRENT_ROUNDS = 10

/** The same request on the engine's own socket, with nothing in between, kept alive like Slipway's. */
function createLocalCall(socketPath: string): () => Promise<void> {
  // dockerode's own default for a local socket: node's agent with keep-alive.
  const docker = new Dockerode({ socketPath })
  return async () => {
    await docker.listContainers({ all: true })
  }
}

/** `GET /containers/json` over Slipway's transport, beside every other way to ask the same engine, in one run. */
export async function measureApi(): Promise<Record<string, number>> {
  await using sample = await startSampleHost({ stacks: ['monlight'] })
  await startContainers(CONTAINERS)
  const socketPath = await localSocketOf(sample)
  const host = connectTo(sample)
  const wrapper = makeSshWrapper(sample)
  try {
    const before = await countSignIns(sample)
    await host.connect()
    const engine = createEngine(host)
    const slipway = async () => void (await engine.listContainers({ all: true }))
    const local = createLocalCall(socketPath)

    const quick = { slipway, local }
    for (const call of Object.values(quick)) for (let round = 0; round < 10; round++) await call()
    const samples = await interleave(quick, ROUNDS)
    const bursts = await interleaveBursts(quick)
    const handshakes = (await countSignIns(sample)) - before

    const dockerodeSsh = createDockerodeSsh()
    const cli = createCliCall()
    const slow = await interleave({ dockerodeSsh, cli }, SLOW_ROUNDS)
    const dockerodeBurst = await Promise.allSettled(Array.from({ length: CONCURRENT }, dockerodeSsh))

    const p50 = median(samples.slipway)
    return {
      'api.p50.ms': p50,
      'api.p50.local_ms': median(samples.local),
      'api.p50.vs_local': p50 / median(samples.local),
      'api.p50.vs_dockerode_ssh': median(slow.dockerodeSsh) / p50,
      'api.p50.vs_docker_cli': median(slow.cli) / p50,
      'api.concurrent50.ok': bursts.worstOk,
      'api.concurrent50.dockerode_ssh_ok': dockerodeBurst.filter(({ status }) => status === 'fulfilled').length,
      'api.concurrent50.vs_local': median(bursts.slipway) / median(bursts.local),
      'api.handshakes': handshakes,
    }
  } finally {
    wrapper.remove()
    await host.dispose()
  }

  async function startContainers(count: number): Promise<void> {
    const image = 'localhost:5000/mattmezza/monlight/log-viewer:0.10.0'
    for (let index = 0; index < count; index++) {
      await sample.exec([
        'docker',
        'run',
        '-d',
        '--name',
        `extra-${index}`,
        '-e',
        'API_KEY=x',
        '-e',
        'CONTAINERS=',
        image,
      ])
    }
  }

  function createDockerodeSsh(): () => Promise<void> {
    const privateKey = readFileSync(sample.privateKeyPath)
    const docker = new Dockerode({
      protocol: 'ssh',
      host: sample.sshHost,
      port: sample.sshPort,
      username: sample.user,
      sshOptions: { privateKey },
    } as never)
    return async () => {
      await docker.listContainers({ all: true })
    }
  }

  function createCliCall(): () => Promise<void> {
    const env = { ...process.env, PATH: `${wrapper.folder}:${process.env.PATH ?? ''}` }
    const url = `ssh://${sample.user}@${sample.sshHost}:${sample.sshPort}`
    return async () => {
      await promisify(execFile)('docker', ['-H', url, 'ps', '--all'], { env })
    }
  }
}

async function interleave<Name extends string>(
  calls: Readonly<Record<Name, () => Promise<void>>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(calls) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names)) samples[name].push(await timedMs(calls[name]))
  }
  return samples
}

/** Fifty calls at once, several times; `worstOk` is the fewest of Slipway's fifty that succeeded in any round. */
async function interleaveBursts(calls: { slipway: () => Promise<void>; local: () => Promise<void> }) {
  const result = { slipway: [] as number[], local: [] as number[], worstOk: CONCURRENT }
  for (let round = 0; round < CONCURRENT_ROUNDS; round++) {
    for (const name of shuffled(['slipway', 'local'] as const)) {
      const begin = performance.now()
      const outcomes = await Promise.allSettled(Array.from({ length: CONCURRENT }, calls[name]))
      result[name].push(performance.now() - begin)
      const ok = outcomes.filter(({ status }) => status === 'fulfilled').length
      if (name === 'slipway') result.worstOk = Math.min(result.worstOk, ok)
    }
  }
  return result
}
