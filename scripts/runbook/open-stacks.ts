import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultDataFolder } from '../../electron/data-folder.ts'
import { HostService } from '../../electron/hosts/host-service.ts'
import type { HostRecord, HostStore } from '../../electron/hosts/host-store.ts'
import { noVault } from '../../electron/hosts/vault.ts'
import { openSession } from '../../electron/stacks/open-session.ts'
import { RunbookReader } from '../../electron/stacks/runbook-reader.ts'
import { SessionService } from '../../electron/stacks/sessions.ts'
import type { Stack } from '../../electron/stacks/stack.ts'
import { StackService } from '../../electron/stacks/stack-service.ts'
import { openDatabase } from '../../electron/storage/database.ts'
import { createHostStore } from '../../electron/storage/stored-hosts.ts'
import type { HostTarget } from '../../shared/contract/hosts.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { root } from '../child.ts'
import { answerQuestions } from './answer-questions.ts'
import type { StackName } from './stack-name.ts'

export interface OpenedStacks extends AsyncDisposable {
  read(): Promise<Stack>
}

/** The way to one stack, without the app: by the hosts that it has saved, the ssh config, or this computer's engine. */
export async function openStacks({ host: name, place }: StackName, folder?: string): Promise<OpenedStacks> {
  const dataFolder = folder ?? defaultDataFolder(productName())
  const hosts = new HostService({
    store: keptInMemory(savedHosts(dataFolder)),
    vault: noVault('A command keeps no secrets.'),
    knownHostsFile: join(dataFolder, 'known_hosts'),
  })
  const stopAnswering = answerQuestions(hosts)
  const dispose = async () => {
    stopAnswering()
    await hosts.dispose()
  }
  try {
    const hostId = await findHost(hosts, name)
    const runbooks = new RunbookReader({
      builtIn: join(root, 'assets', 'runbooks'),
      user: join(dataFolder, 'runbooks'),
    })
    const directories: string[] = []
    const store = { list: () => directories, add: (_: string, one: string) => directories.push(one), remove: () => {} }
    const stacks = new StackService(new SessionService(hosts, openSession), runbooks, store)
    const read = async () => {
      await hosts.get(hostId).connect()
      const ref = 'project' in place ? { hostId, ...place } : await stacks.addDirectory(hostId, place.directory)
      return stacks.read(ref)
    }
    return { read, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

function productName(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }).name
}

/** What the app remembers; nothing where it was never started. */
function savedHosts(dataFolder: string): HostRecord[] {
  const file = join(dataFolder, 'app.db')
  if (!existsSync(file)) return []
  const { database } = openDatabase(file)
  try {
    return createHostStore(database).list()
  } finally {
    database.close()
  }
}

/** A command changes nothing of what the app remembers. */
function keptInMemory(records: readonly HostRecord[]): HostStore {
  return { list: () => [...records], save: () => {}, remove: () => {} }
}

async function findHost(hosts: HostService, name: string): Promise<string> {
  const saved = (await hosts.views()).find(({ label }) => label === name)
  if (saved !== undefined) return saved.id
  const target = name === 'local' ? ({ kind: 'local' } as const) : await findAlias(hosts, name)
  return (await hosts.add(name, target)).id
}

async function findAlias(hosts: HostService, name: string): Promise<HostTarget> {
  const { aliases, path } = await hosts.sshConfig()
  const found = aliases.find(({ alias }) => alias === name)
  if (found !== undefined) return found.target
  throw new SlipwayError('host.unknown', `“${name}” is no host that Slipway has saved, and no alias in ${path}.`, {
    hint: 'Name one of those, or local for the engine of this computer.',
  })
}
