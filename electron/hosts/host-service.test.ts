import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { HostTarget } from '../../shared/contract/hosts.ts'
import { sshTargetSchema } from '../../shared/contract/hosts.ts'
import { HostService } from './host-service.ts'
import type { HostRecord, HostStore } from './host-store.ts'
import type { Vault } from './vault.ts'

const LOCAL: HostTarget = { kind: 'local' }
/** Nothing listens on port 1. */
const CLOSED: HostTarget = sshTargetSchema.parse({ kind: 'ssh', hostname: '127.0.0.1', port: 1, user: 'deploy' })

let home: string
let records: Map<string, HostRecord>
let secrets: Map<string, string>

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'host-service-'))
  records = new Map()
  secrets = new Map()
  onTestFinished(() => rmSync(home, { recursive: true }))
})

function service(): HostService {
  const store: HostStore = {
    list: () => [...records.values()],
    save: (record) => void records.set(record.id, record),
    remove: (id) => void records.delete(id),
  }
  const vault: Vault = {
    availability: () => ({ available: true, reason: null }),
    get: async (key) => secrets.get(key) ?? null,
    set: async (key, value) => void secrets.set(key, value),
    delete: async (key) => void secrets.delete(key),
    list: async (prefix) => [...secrets.keys()].filter((key) => key.startsWith(prefix)),
  }
  const created = new HostService({ store, vault, knownHostsFile: join(home, 'known_hosts'), home })
  onTestFinished(() => created.dispose())
  return created
}

test('hosts that were added are there after a start, in their order, and idle', async () => {
  const first = service()
  await first.add('this computer', LOCAL)
  await first.add('production', CLOSED)
  expect(await service().views()).toMatchObject([
    { label: 'this computer', target: LOCAL, usesSudo: false, facts: null, savedSecrets: [] },
    { label: 'production', target: CLOSED, status: { kind: 'idle' } },
  ])
})

test('two hosts do not share a name', async () => {
  const hosts = service()
  await hosts.add('production', CLOSED)
  await expect(hosts.add('production', LOCAL)).rejects.toMatchObject({ code: 'input.invalid' })
  expect(records.size).toBe(1)
  const { id } = await hosts.add('other', LOCAL)
  expect(() => hosts.rename(id, 'production')).toThrow(expect.objectContaining({ code: 'input.invalid' }))
  hosts.rename(id, 'other')
  expect(records.get(id)).toMatchObject({ label: 'other' })
})

test('this computer is renamed in its messages too', async () => {
  const hosts = service()
  const { id } = await hosts.add('old', LOCAL)
  hosts.rename(id, 'new')
  await expect(hosts.get(id).files.read(join(home, 'x'))).rejects.toMatchObject({
    message: expect.stringContaining('new'),
  })
})

test('a host is renamed, also in its messages, and its answer about sudo is remembered', async () => {
  const hosts = service()
  const { id } = await hosts.add('old', CLOSED)
  hosts.rename(id, 'new')
  hosts.setSudo(id, true)
  expect(records.get(id)).toMatchObject({ label: 'new', usesSudo: true })
  expect(hosts.get(id)).toMatchObject({ label: 'new', usesSudo: true })
  await hosts.disconnect(id)
  await expect(hosts.get(id).files.read('/x')).rejects.toMatchObject({ message: expect.stringContaining('new') })
})

test('a host that is removed takes its secrets along, and is unknown from then on', async () => {
  const hosts = service()
  const { id } = await hosts.add('production', CLOSED)
  const other = await hosts.add('other', LOCAL)
  secrets.set(`host/${id}/password:a`, 's').set(`host/${other.id}/password:b`, 's')
  await hosts.remove(id)
  expect([...secrets.keys()]).toEqual([`host/${other.id}/password:b`])
  expect(() => hosts.get(id)).toThrow(expect.objectContaining({ code: 'host.unknown' }))
  expect((await hosts.views()).map(({ label }) => label)).toEqual(['other'])
})

test('saved secrets are named, never told, and forgotten when asked', async () => {
  const hosts = service()
  const { id } = await hosts.add('production', CLOSED)
  secrets.set(`host/${id}/passphrase:/home/me/.ssh/id`, 'correct horse')
  const views = await hosts.views()
  expect(views[0]?.savedSecrets).toEqual(['passphrase:/home/me/.ssh/id'])
  expect(JSON.stringify(views)).not.toContain('correct horse')
  await hosts.forgetSecrets(id)
  expect(secrets.size).toBe(0)
})

test('whoever listens hears of every change, until told to stop', async () => {
  const hosts = service()
  const changed = vi.fn()
  const stop = hosts.subscribe(changed)
  const { id } = await hosts.add('production', CLOSED)
  expect(changed).toHaveBeenCalledTimes(1)
  hosts.connect(id)
  await expect.poll(async () => (await hosts.views())[0]?.status.kind).toBe('waiting')
  expect(changed.mock.calls.length).toBeGreaterThan(2)
  stop()
  changed.mockClear()
  await hosts.remove(id)
  expect(changed).not.toHaveBeenCalled()
})

test('a host from the ssh config follows that file', async () => {
  mkdirSync(join(home, '.ssh'))
  const config = join(home, '.ssh', 'config')
  writeFileSync(config, 'Host prod\n  HostName 127.0.0.1\n  Port 1\n  User deploy\n')
  const hosts = service()
  const [alias] = (await hosts.sshConfig()).aliases
  if (!alias) throw new Error('The alias was not found.')
  const { id } = await hosts.add('production', alias.target)
  await expect(hosts.get(id).connect()).rejects.toMatchObject({ message: expect.stringContaining('127.0.0.1:1 ') })
  writeFileSync(config, 'Host prod\n  HostName 127.0.0.1\n  Port 2\n  User deploy\n')
  await expect(hosts.get(id).connect()).rejects.toMatchObject({ message: expect.stringContaining('127.0.0.1:2 ') })
})
