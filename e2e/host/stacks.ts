import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findProduct } from './products.ts'
import type { SampleHost } from './sample-host.ts'
import { waitUntilUp } from './wait-until-up.ts'

const healthTimeoutMs = 180_000

/** Copies a product's stack folder to `/home/deploy/<product>`, owned by deploy, and returns that path. */
export async function copyStack(host: SampleHost, productName: string): Promise<string> {
  const product = await findProduct(productName)
  const folder = `/home/${host.user}/${productName}`
  const unpack = ['sh', '-c', 'mkdir -p "$1" && tar -x -C "$1"', 'sh', folder]
  const archive = spawn('tar', ['-C', join(product.folder, 'stack'), '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await host.exec(unpack, { user: 'deploy', input: archive.stdout })
  return folder
}

/** Brings a copied stack up as the user would, and waits until its services are healthy. */
export async function deployStack(host: SampleHost, productName: string): Promise<void> {
  const { module } = await findProduct(productName)
  await module.prepare?.((argv) => inFolder(host, productName, ['docker', ...argv]))
  await compose(host, productName, [...(module.upArgs ?? []), 'up', '--detach', '--quiet-pull'])
  if (host.options.compose === 'old') return
  const list = [...(module.upArgs ?? []), 'ps', '--all', '--format', 'json']
  await waitUntilUp(async () => (await compose(host, productName, list)).stdout, healthTimeoutMs)
}

function compose(host: SampleHost, productName: string, argv: readonly string[]) {
  return inFolder(host, productName, ['docker', 'compose', ...argv])
}

/** Runs a command in a copied stack's folder; through a login shell, as the CLI may be on that PATH only. */
function inFolder(host: SampleHost, productName: string, argv: readonly string[]) {
  const script = 'cd "$1" && shift && exec "$@"'
  const user = host.options.inDockerGroup === false ? 'root' : 'deploy'
  return host.exec(['bash', '-lc', script, 'bash', `/home/${host.user}/${productName}`, ...argv], { user })
}
