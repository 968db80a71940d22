import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import { inspect } from 'node:util'
import Dockerode from 'dockerode'
import { Client, type ClientChannel } from 'ssh2'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import type { DirectAddress } from './sample.ts'

const SOCKET = '/run/docker.sock'
const NOT_OF_A_CHANNEL = ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']

/** Dispose it. */
export interface SharedDockerode {
  readonly call: () => Promise<void>
  readonly dispose: () => void
}

/**
 * The best that the usual libraries give: dockerode on one kept connection of ssh2, a kept channel to the engine's
 * socket, Nagle's algorithm off on both ends (a first command has sshd turn it off), and an agent that nobody inspects.
 */
export async function openSharedDockerode(sample: SampleHost, address: DirectAddress): Promise<SharedDockerode> {
  const client = new Client()
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({
      host: address.hostname,
      port: address.port,
      username: sample.user,
      privateKey: readFileSync(sample.privateKeyPath),
    })
  })
  client.setNoDelay(true)
  await new Promise<void>((resolve, reject) => {
    client.exec('exit 0', (error, channel) => (error ? reject(error) : channel.resume().once('close', resolve)))
  })
  const docker = new Dockerode({ protocol: 'http', host: 'docker', agent: new ChannelAgent(client) } as never)
  return {
    call: async () => void (await docker.listContainers()),
    dispose: () => client.end(),
  }
}

/** dockerode on a socket of this machine, as every local tool uses it: kept sockets, and an agent that nobody inspects. */
export function openLocalDockerode(socketPath: string): () => Promise<void> {
  const docker = new Dockerode({ socketPath, agent: new KeepingAgent() } as never)
  return async () => void (await docker.listContainers())
}

/** docker-modem inspects its options at every request; without an answer of its own it walks all of the client. */
class KeepingAgent extends Agent {
  constructor() {
    super({ keepAlive: true, scheduling: 'lifo' })
  }

  [inspect.custom](): string {
    return 'KeepingAgent {}'
  }
}

class ChannelAgent extends KeepingAgent {
  readonly #client: Client

  constructor(client: Client) {
    super()
    this.#client = client
  }

  override createConnection(_: unknown, done?: (error: Error | null, socket: Duplex) => void): undefined {
    this.#client.openssh_forwardOutStreamLocal(SOCKET, (error, channel) => done?.(error ?? null, likeSocket(channel)))
  }
}

function likeSocket(channel: ClientChannel): Duplex {
  return Object.assign(channel, Object.fromEntries(NOT_OF_A_CHANNEL.map((name) => [name, () => channel])))
}
