import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from './engine.ts'
import { ensureUsualNetwork, usualNetwork } from './own-network.ts'
import { freePort } from './ports.ts'
import type { ProductImage } from './products.ts'

/** The engine remembers which layers a registry has by its address: a steady port saves uploading them again. */
const usualPort = 25_917
const containerPrefix = 'slipway-registry-'
const storageVolume = 'slipway-sample-registry'
/** Where that volume is mounted; a commit leaves volumes out, so what is wanted of it is copied. */
const storageFolder = '/var/lib/registry-kept'
const storageEnv = ['--env', `REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=${storageFolder}`]
const pushTimeoutMs = 900_000
/** Small images are mostly waiting; large ones are compressed, which takes a core each. */
const parallelPushes = 4

/**
 * Pushes the product images to a registry whose storage is kept between runs, and commits what they need of it
 * as a layer on the plain sample host. The caller holds the lock. Returns the new image's id.
 */
export async function commitWithRegistry(engine: Engine, plainImage: string, images: readonly ProductImage[]) {
  await removeStaleRegistries(engine)
  const container = containerPrefix + randomBytes(4).toString('hex')
  try {
    const address = await startRegistry(engine, plainImage, container)
    await pushAll(engine, address, images)
    return await commit(engine, container, images)
  } finally {
    await engine.docker(['rm', '--force', '--volumes', container], { allowFailure: true })
  }
}

async function removeStaleRegistries(engine: Engine): Promise<void> {
  const list = await engine.docker(['ps', '--all', '--quiet', '--filter', `name=^${containerPrefix}`])
  const stale = list.stdout.split('\n').filter(Boolean)
  if (stale.length > 0) await engine.docker(['rm', '--force', '--volumes', ...stale], { allowFailure: true })
}

async function startRegistry(engine: Engine, plainImage: string, container: string): Promise<string> {
  await ensureUsualNetwork(engine)
  const port = await freePort(usualPort)
  const options = [
    '--network',
    usualNetwork,
    '--name',
    container,
    '--publish',
    `127.0.0.1:${port}:5000`,
    '--volume',
    `${storageVolume}:${storageFolder}`,
  ]
  await engine.docker(['run', '--detach', '--init', ...options, '--entrypoint', 'sleep', plainImage, 'infinity'])
  const env = [...storageEnv, '--env', 'REGISTRY_HTTP_ADDR=:5000']
  const serve = ['docker-registry', 'serve', '/etc/docker/registry/config.yml']
  await engine.docker(['exec', '--detach', ...env, container, ...serve])
  await untilListening(engine, container)
  return `127.0.0.1:${port}`
}

async function untilListening(engine: Engine, container: string): Promise<void> {
  const probe = ['exec', container, 'curl', '-fs', 'http://127.0.0.1:5000/v2/']
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await engine.docker(probe, { allowFailure: true })).code === 0) return
    await sleep(100)
  }
  throw new Error('The registry for the sample products did not start.')
}

async function pushAll(engine: Engine, address: string, images: readonly ProductImage[]): Promise<void> {
  const waiting = [...images]
  const pushNext = async () => {
    for (let image = waiting.shift(); image; image = waiting.shift()) await push(engine, address, image)
  }
  await Promise.all(Array.from({ length: parallelPushes }, pushNext))
}

async function push(engine: Engine, address: string, image: ProductImage): Promise<void> {
  for (const tag of image.tags) {
    const name = `${address}/${image.repository}:${tag}`
    await engine.docker(['tag', image.ref, name])
    try {
      await engine.docker(['push', '--quiet', name], { timeoutMs: pushTimeoutMs })
    } finally {
      await engine.docker(['rmi', '--no-prune', name], { allowFailure: true })
    }
  }
}

async function commit(engine: Engine, container: string, images: readonly ProductImage[]): Promise<string> {
  const inside = (argv: string[], input?: string) =>
    engine.docker(['exec', '-i', ...storageEnv, container, ...argv], { input })
  const wanted = images.flatMap((image) => image.tags.map((tag) => `${image.repository}:${tag}\n`))
  await inside(['sample-host', 'stop-registry'])
  await inside(['sample-host', 'prune-registry'], wanted.join(''))
  await inside(['cp', '-a', `${storageFolder}/.`, '/var/lib/registry/'])
  const changes = ['--change', 'ENTRYPOINT ["/usr/local/sbin/sample-host", "boot"]', '--change', 'CMD []']
  return (await engine.docker(['commit', ...changes, container])).stdout.trim()
}
