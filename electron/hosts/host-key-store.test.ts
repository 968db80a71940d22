import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { HostKeyStore } from './host-key-store.ts'

/** The blob of an ed25519 key that is nobody's. */
const BLOB = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36, 7)])

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

test('keys are read from all files, and those that are not there are empty', async () => {
  writeFileSync(join(folder, 'users'), '# nobody\nhost ssh-ed25519 AAAA\n')
  const store = new HostKeyStore([join(folder, 'users'), join(folder, 'missing')], join(folder, 'own'))
  expect(await store.entries()).toMatchObject([{ file: join(folder, 'users'), line: 2, hosts: 'host' }])
})

test('a key that was accepted goes to our own file, readable by nobody else, and is read from then on', async () => {
  const own = join(folder, 'data', 'known_hosts')
  const store = new HostKeyStore([join(folder, 'users')], own)
  await store.trust('Host.example', 2222, BLOB)
  expect(readFileSync(own, 'utf8')).toBe(`[host.example]:2222 ssh-ed25519 ${BLOB.toString('base64')}\n`)
  if (process.platform !== 'win32') expect(statSync(own).mode & 0o777).toBe(0o600)
  expect(await store.entries()).toHaveLength(1)
})

test('a file that cannot be read is no reason to know nobody', async () => {
  const store = new HostKeyStore([folder], join(folder, 'own'))
  await expect(store.entries()).rejects.toMatchObject({ code: 'host.config-invalid', retryable: false })
})
