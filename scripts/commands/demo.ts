import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { SAMPLE_PRODUCTS } from '../../e2e/sample-products.ts'
import { openDatabase } from '../../electron/storage/database.ts'
import { createHostStore } from '../../electron/storage/stored-hosts.ts'
import type { HostTarget } from '../../shared/contract/hosts.ts'
import { BUILD, runCheck } from '../checks.ts'
import { exitOf, start } from '../child.ts'
import { chooseRuntime, sayBrowser } from '../runtime.ts'

/** The products to show: those that were asked for, or all. Null where one of them is unknown. */
function chooseProducts(asked: readonly string[]): string[] | null {
  const known = Object.keys(SAMPLE_PRODUCTS)
  const unknown = asked.filter((product) => !known.includes(product))
  if (unknown.length === 0) return asked.length === 0 ? known : [...new Set(asked)]
  console.error(`There is no sample product ${unknown.join(', ')}. There are ${known.join(', ')}.`)
  return null
}

/** A data folder that knows the sample host, as if it had been added by hand. */
function prepareDataFolder(folder: string, host: SampleHost): void {
  const { database } = openDatabase(join(folder, 'app.db'))
  const auth = { agent: 'none', keyFiles: [host.privateKeyPath], password: true }
  const address = { hostname: host.sshHost, port: host.sshPort, user: host.user }
  const target: HostTarget = { kind: 'ssh', ...address, auth, jumps: [], compression: false }
  createHostStore(database).save({ id: 'sample', label: 'Sample VM', target, usesSudo: false })
  database.close()
}

async function openApp(dataFolder: string): Promise<number> {
  const runtime = await chooseRuntime()
  let child: ReturnType<typeof start>
  if ('electron' in runtime) {
    child = start(runtime.electron, ['.', `--user-data-dir=${dataFolder}`])
  } else {
    sayBrowser(runtime.reason)
    child = start('node', ['electron/server.ts', '--open', '--data-folder', dataFolder])
  }
  // Ctrl-C reaches the app by itself, and this process stays to clean up after it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return exitOf(child)
}

async function demo(): Promise<number> {
  const products = chooseProducts(process.argv.slice(2))
  if (products === null) return 2
  if (!(await runCheck(BUILD))) return 1
  console.log(`\n— sample host with ${products.join(', ')} (the first time this takes some minutes)`)
  await using host = await startSampleHost({ stacks: products })
  // So that there is something to lose.
  for (const product of products) await SAMPLE_PRODUCTS[product]?.(host)
  const dataFolder = mkdtempSync(join(tmpdir(), 'demo-'))
  prepareDataFolder(dataFolder, host)
  console.log(
    `\nThe host “Sample VM” is ${host.user}@${host.sshHost} port ${host.sshPort}, password ${host.password}.\n` +
      'Connect to it, accept its key, open a product and upgrade it. Some versions are good and some are wrong on\n' +
      'purpose, each in its own way, and are rolled back; e2e/products/NAME/README.md says which (of monlight, 0.11.0 is\n' +
      'good and 0.11.1 to 0.11.4 are not). Ctrl-C ends the app and removes the host.\n',
  )
  try {
    return await openApp(dataFolder)
  } finally {
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

process.exit(await demo())
