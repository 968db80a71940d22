import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './paths.ts'
import { run } from './run.ts'

/** What is written down about a sample host so that another process can reach it. */
export type HostRecord = {
  readonly name: string
  readonly containerName: string
  readonly sshPort: number
  readonly sshHost: string
  readonly user: string
  readonly password: string
  readonly privateKeyPath: string
  readonly knownHostsPath: string
  readonly publicKey: string
  readonly stacks: readonly string[]
}

/** The folder with a sample host's key, known_hosts and record; for this user only. */
export function hostFolder(containerName: string): string {
  return cacheFolder('hosts', containerName)
}

/** Makes a login key in the host's folder; the private key's file has mode 0600. */
export async function makeLoginKey(containerName: string): Promise<{ privateKeyPath: string; publicKey: string }> {
  const privateKeyPath = join(hostFolder(containerName), 'id_ed25519')
  rmSync(privateKeyPath, { force: true })
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', containerName, '-f', privateKeyPath])
  return { privateKeyPath, publicKey: readFileSync(`${privateKeyPath}.pub`, 'utf8').trim() }
}

/** Writes the record beside the key. */
export function writeHostRecord(record: HostRecord): void {
  writeFileSync(recordPath(record.containerName), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
}

/** The records of all sample hosts of this user, dead ones of killed runs included. */
export function readHostRecords(): HostRecord[] {
  return readdirSync(cacheFolder('hosts')).flatMap((containerName) => {
    const path = recordPath(containerName)
    return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8')) as HostRecord] : []
  })
}

/** Removes the folder and all that is in it. */
export function removeHostFolder(containerName: string): void {
  rmSync(hostFolder(containerName), { recursive: true, force: true })
}

function recordPath(containerName: string): string {
  return join(hostFolder(containerName), 'host.json')
}
