import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { ownerLabel, sampleLabel } from './container-arguments.ts'
import { type Engine, ensureEngine } from './engine.ts'
import { disposeOnExit } from './exit.ts'
import { hostFolder, makeLoginKey, removeHostFolder, writeHostRecord } from './host-folder.ts'
import { ensureUsualNetwork } from './own-network.ts'
import { currentOwner, formatOwner, keptOwner } from './owner.ts'
import { freePort } from './ports.ts'
import { CommandError } from './run.ts'
import { SampleHost } from './sample-host.ts'
import { ensureSampleHostImage } from './sample-host-image.ts'
import { buildRunArguments, type SampleHostIdentity, type SampleHostOptions } from './sample-host-options.ts'
import { copyStack, deployStack } from './stacks.ts'
import { removeStaleHosts } from './stale-hosts.ts'

const user = 'deploy'
const portAttempts = 8
let cleaned: Promise<void> | undefined

/** Starts a sample host and returns it when it answers; its stacks are then up and healthy. Several may run at once. */
export async function startSampleHost(options: SampleHostOptions = {}): Promise<SampleHost> {
  const engine = await ensureEngine()
  cleaned ??= removeStaleHosts(engine)
  await cleaned
  await ensureUsualNetwork(engine)
  const host = await createHost(engine, await ensureSampleHostImage(engine), options)
  try {
    await host.waitUntilReady()
    for (const stack of options.stacks ?? []) {
      await copyStack(host, stack)
      if (options.deploy !== false) await deployStack(host, stack)
    }
    return host
  } catch (error) {
    const log = await engine.docker(['logs', '--tail', '20', host.containerName], { allowFailure: true })
    await host.dispose()
    throw new Error(`The sample host ${host.name} did not start. ${log.stdout}${log.stderr}`, { cause: error })
  }
}

async function createHost(engine: Engine, image: string, options: SampleHostOptions): Promise<SampleHost> {
  const name = options.name ?? `vm-${randomBytes(3).toString('hex')}`
  const containerName = `slipway-sample-${name}`
  const password = randomBytes(9).toString('base64url')
  const key = await makeLoginKey(containerName)
  const owner = options.keep ? keptOwner : formatOwner(currentOwner())
  const labels = { [sampleLabel]: '1', [ownerLabel]: owner }
  const identity = { name, containerName, password, publicKey: key.publicKey, image, labels }
  const port = await runContainer(engine, identity, options)
  const address = port === undefined ? { sshHost: name, sshPort: 22 } : { sshHost: '127.0.0.1', sshPort: port }
  const knownHostsPath = join(hostFolder(containerName), 'known_hosts')
  const stacks = options.stacks ?? []
  const record = { name, containerName, ...address, user, password, ...key, knownHostsPath, stacks }
  writeHostRecord(record)
  if (!options.keep) disposeOnExit(engine, containerName)
  return new SampleHost(engine, record, options)
}

/**
 * We choose the port rather than the engine, so that it stays the same over a reboot; below the range from which the
 * kernel gives ports to outgoing connections, so that it is still free after one.
 */
async function runContainer(engine: Engine, identity: Omit<SampleHostIdentity, 'port'>, options: SampleHostOptions) {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.published === false ? undefined : await freePort(randomInt(20_000, 32_000))
    const argv = buildRunArguments({ ...identity, ...(port === undefined ? {} : { port }) }, options)
    try {
      await engine.docker(argv)
      return port
    } catch (error) {
      const nameTaken = error instanceof CommandError && /is already in use by container/.test(error.message)
      if (!nameTaken)
        await engine.docker(['rm', '--force', '--volumes', identity.containerName], { allowFailure: true })
      if (attempt < portAttempts && isPortTaken(error)) continue
      if (!nameTaken) removeHostFolder(identity.containerName)
      throw nameTaken ? new Error(`A sample host named ${identity.name} exists already.`) : error
    }
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof CommandError && /port is already allocated|address already in use/.test(error.message)
}
