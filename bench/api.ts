import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import Dockerode from 'dockerode'
import { startSampleHost } from '../e2e/host/start-sample-host.ts'
import { containerRowsSchema } from '../electron/docker/engine-answers.ts'
import { createEngine } from '../electron/docker/engine-client.ts'
import { fetchAnswer } from '../electron/docker/http-client.ts'
import { HttpSockets } from '../electron/docker/http-sockets.ts'
import { openLocalDockerode, openSharedDockerode } from './dockerode.ts'
import { connectTo, countSignIns, directAddressOf, localSocketOf, makeSshWrapper, startForward } from './sample.ts'
import { median, shuffled, timedMs } from './statistics.ts'

/** Containers on the host beside the stack's four while measuring; the answer of `GET /containers/json` grows with them. */
const RUNNING = 6
const STOPPED = 12
/** An app runs for days: what the first calls cost while Node still compiles is not counted. */
const WARM_UP_ROUNDS = 100
const ROUNDS = 500
/** dockerode's ssh and the CLI take long: fewer samples tell enough. */
const SLOW_ROUNDS = 30
const CONCURRENT = 50
const CONCURRENT_ROUNDS = 100
/** The first burst opens the sockets. */
const CONCURRENT_WARM_UP = 2

const PATH = '/containers/json'

/** The same request by Slipway's own client on a socket of this machine: only the transport differs. */
function createOwnCall(socketPath: string): () => Promise<void> {
  const sockets = new HttpSockets(() => connect(socketPath), false)
  return async () => {
    const answer = await fetchAnswer(sockets, { method: 'GET', path: PATH, host: 'docker', timeoutMs: 15_000 })
    containerRowsSchema.parse(JSON.parse(answer.body.toString('utf8')))
  }
}

/** `GET /containers/json` over Slipway's transport, beside every other way to ask the same engine, in one run. */
export async function measureApi(): Promise<Record<string, number>> {
  await using sample = await startSampleHost({ stacks: ['monlight'] })
  await startContainers()
  const socketPath = await localSocketOf(sample)
  const address = await directAddressOf(sample)
  const host = connectTo(sample, address)
  const wrapper = makeSshWrapper(sample, address)
  const forward = await startForward(sample, address)
  const shared = await openSharedDockerode(sample, address)
  try {
    const before = await countSignIns(sample)
    await host.connect()
    const engine = createEngine(host)
    const slipway = async () => void (await engine.listContainers({}))
    const quick = {
      slipway,
      local: openLocalDockerode(socketPath),
      ownLocal: createOwnCall(socketPath),
      forwarded: createOwnCall(forward.socketPath),
      shared: shared.call,
    }
    await interleave(quick, WARM_UP_ROUNDS)
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
      'api.p50.vs_own_local': p50 / median(samples.ownLocal),
      'api.p50.vs_openssh_forward': p50 / median(samples.forwarded),
      'api.p50.vs_dockerode_shared': p50 / median(samples.shared),
      'api.p50.vs_dockerode_ssh': median(slow.dockerodeSsh) / p50,
      'api.p50.vs_docker_cli': median(slow.cli) / p50,
      'api.concurrent50.ok': bursts.worstOk,
      'api.concurrent50.dockerode_ssh_ok': dockerodeBurst.filter(({ status }) => status === 'fulfilled').length,
      'api.concurrent50.vs_local': median(bursts.slipway) / median(bursts.local),
      'api.concurrent50.vs_own_local': median(bursts.slipway) / median(bursts.ownLocal),
      'api.concurrent50.vs_openssh_forward': median(bursts.slipway) / median(bursts.forwarded),
      'api.concurrent50.vs_dockerode_shared': median(bursts.slipway) / median(bursts.shared),
      'api.handshakes': handshakes,
    }
  } finally {
    shared.dispose()
    forward.stop()
    wrapper.remove()
    await host.dispose()
  }

  async function startContainers(): Promise<void> {
    const image = 'localhost:5000/mattmezza/monlight/log-viewer:0.10.0'
    for (let index = 0; index < RUNNING + STOPPED; index++) {
      const command = index < RUNNING ? ['run', '--detach'] : ['create']
      const environment = ['--env', 'API_KEY=x', '--env', 'CONTAINERS=']
      await sample.exec(['docker', ...command, '--name', `extra-${index}`, ...environment, image])
    }
  }

  function createDockerodeSsh(): () => Promise<void> {
    const privateKey = readFileSync(sample.privateKeyPath)
    const docker = new Dockerode({
      protocol: 'ssh',
      host: address.hostname,
      port: address.port,
      username: sample.user,
      sshOptions: { privateKey },
    } as never)
    return async () => {
      await docker.listContainers()
    }
  }

  function createCliCall(): () => Promise<void> {
    const env = { ...process.env, PATH: `${wrapper.folder}:${process.env.PATH ?? ''}` }
    const url = `ssh://${sample.user}@${address.hostname}:${address.port}`
    return async () => {
      await promisify(execFile)('docker', ['-H', url, 'ps'], { env })
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
async function interleaveBursts<Name extends string>(
  calls: Readonly<Record<Name | 'slipway', () => Promise<void>>>,
): Promise<Record<Name | 'slipway', number[]> & { readonly worstOk: number }> {
  let worstOk = CONCURRENT
  const burst = (name: Name | 'slipway') => async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: CONCURRENT }, calls[name]))
    const ok = outcomes.filter(({ status }) => status === 'fulfilled').length
    if (name === 'slipway') worstOk = Math.min(worstOk, ok)
  }
  const names = Object.keys(calls) as (Name | 'slipway')[]
  const bursts = Object.fromEntries(names.map((name) => [name, burst(name)])) as Record<
    Name | 'slipway',
    () => Promise<void>
  >
  await interleave(bursts, CONCURRENT_WARM_UP)
  return { ...(await interleave(bursts, CONCURRENT_ROUNDS)), worstOk }
}
