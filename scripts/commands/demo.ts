import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { createExecSend, parseApiKeys } from '../../e2e/products/monlight/access.ts'
import { seedMonlight } from '../../e2e/products/monlight/seed.ts'
import { openDatabase } from '../../electron/storage/database.ts'
import { createHostStore } from '../../electron/storage/stored-hosts.ts'
import type { HostTarget } from '../../shared/contract/hosts.ts'
import { BUILD, runCheck } from '../checks.ts'
import { exitOf, start } from '../child.ts'
import { chooseRuntime, sayBrowser } from '../runtime.ts'

/** Puts data into the product, so that there is something to lose. */
async function seed(host: SampleHost): Promise<void> {
  const send = createExecSend((argv, options) => host.exec(argv, options))
  await seedMonlight(send, parseApiKeys(await host.readFile('/home/deploy/monlight/.env')))
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
  if (!(await runCheck(BUILD))) return 1
  console.log('\n— sample host with the product Monlight (the first time this takes some minutes)')
  await using host = await startSampleHost({ stacks: ['monlight'] })
  await seed(host)
  const dataFolder = mkdtempSync(join(tmpdir(), 'demo-'))
  prepareDataFolder(dataFolder, host)
  console.log(
    `\nThe host “Sample VM” is ${host.user}@${host.sshHost} port ${host.sshPort}, password ${host.password}.\n` +
      'Connect to it, accept its key, open Monlight and upgrade it: 0.11.0 is good; 0.11.1 to 0.11.4 are wrong on\n' +
      'purpose, each in its own way, and are rolled back. Ctrl-C ends the app and removes the host.\n',
  )
  try {
    return await openApp(dataFolder)
  } finally {
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

process.exit(await demo())
