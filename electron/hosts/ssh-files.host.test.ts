import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import type { ConformingHost } from './conforming-host.ts'
import type { Host } from './host.ts'
import { describeFiles } from './host-files.conformance.ts'
import { openSshHost, type SshFixture } from './ssh-fixture.ts'

const MIB = 1024 * 1024

let sample: SampleHost
let bySftp: SshFixture
let bySudo: SshFixture

beforeAll(async () => {
  sample = await startSampleHost({ sudo: true, diskSize: '400M' })
  bySftp = openSshHost(sample)
  bySudo = openSshHost(sample, { usesSudo: true })
  await bySudo.host.connect()
})
afterAll(async () => {
  await bySftp?.dispose()
  await bySudo?.dispose()
  await sample?.dispose()
})

/** What root sees of a file: `mode owner:group content`. */
async function seen(path: string): Promise<string> {
  return (await sample.exec(['sh', '-c', 'stat -c "%a %U:%G" "$1" && cat "$1"', 'sh', path])).stdout.trim()
}

describe('by sudo', () => {
  describeFiles((): ConformingHost => {
    const { host } = bySudo
    const asRoot = {
      files: host.files,
      now: () => host.now(),
      exec: (argv, options) => host.exec(argv, { ...options, sudo: true }),
      connect: async () => ({ ...(await host.connect()), uid: 0 }),
    } satisfies Partial<Host> as unknown as Host
    return { host: asRoot, scratchDirectory: '/srv/by-sudo', forbiddenFile: null } as unknown as ConformingHost
  })

  it('files that only root may touch are read and replaced, and keep their owner', async () => {
    await sample.exec(
      'mkdir -p /srv/app && chmod 700 /srv/app && echo old > /srv/app/.env && chown 33:34 /srv/app/.env && chmod 640 /srv/app/.env',
    )
    await expect(bySftp.host.files.read('/srv/app/.env')).rejects.toMatchObject({ code: 'host.permission-denied' })
    expect((await bySudo.host.files.read('/srv/app/.env')).toString()).toBe('old\n')
    await bySudo.host.files.writeAtomic('/srv/app/.env', 'new\n')
    expect(await seen('/srv/app/.env')).toBe('640 www-data:backup\nnew')
    expect(await bySudo.host.files.list('/srv/app')).toEqual(['.env'])
  })

  it('commands run in directories that only root may enter', async () => {
    const { host } = bySudo
    expect((await host.exec(['pwd'], { cwd: '/srv/app', sudo: true, env: { A: 'b' } })).stdout).toBe('/srv/app\n')
    await expect(host.exec(['pwd'], { cwd: '/srv/app' })).rejects.toMatchObject({ code: 'host.command-failed' })
    expect((await host.exec(['id', '-u'], { sudo: true })).stdout).toBe('0\n')
    await expect(host.exec(['no-such-command'], { sudo: true })).rejects.toMatchObject({ code: 'host.command-missing' })
  })
})

it('sudo that asks for a password is told as such', async () => {
  await sample.exec('mkdir -p /root/sudoers && mv /etc/sudoers.d/* /root/sudoers/')
  try {
    const refused = { code: 'host.sudo-refused', hint: expect.stringContaining('NOPASSWD') }
    await expect(bySudo.host.exec(['id'], { sudo: true })).rejects.toMatchObject(refused)
    await expect(bySudo.host.files.read('/srv/app/.env')).rejects.toMatchObject(refused)
    await bySudo.host.disconnect()
    expect((await bySudo.host.connect()).canSudo).toBe(false)
  } finally {
    await sample.exec('mv /root/sudoers/* /etc/sudoers.d/')
  }
})

it('a file whose owner cannot be kept is left as it is', async () => {
  await sample.exec(
    'mkdir -p /srv/shared && chown deploy /srv/shared && echo theirs > /srv/shared/file && chown 33:33 /srv/shared/file',
  )
  await expect(bySftp.host.files.writeAtomic('/srv/shared/file', 'ours')).rejects.toMatchObject({
    code: 'host.permission-denied',
    message: expect.stringContaining('(33:33)'),
  })
  expect(await seen('/srv/shared/file')).toBe('644 www-data:www-data\ntheirs')
  expect(await bySftp.host.files.list('/srv/shared')).toEqual(['file'])
})

describe.each([
  ['SFTP', () => bySftp],
  ['sudo', () => bySudo],
])('on a full disk, by %s', (_name, fixture) => {
  afterAll(() => sample.freeDisk())

  it('a write says so, and leaves the old file and nothing else; space that is freed is used', async () => {
    const { files } = fixture().host
    await files.makeDirectories('/home/deploy/full')
    await files.writeAtomic('/home/deploy/full/file', 'old')
    await files.writeAtomic('/home/deploy/full/journal', 'line\n')
    await sample.fillDisk(MIB)
    const large = 'x'.repeat(3 * MIB)
    await expect(files.writeAtomic('/home/deploy/full/file', large)).rejects.toMatchObject({ code: 'host.disk-full' })
    await expect(files.append('/home/deploy/full/journal', large)).rejects.toMatchObject({ code: 'host.disk-full' })
    expect((await files.read('/home/deploy/full/file')).toString()).toBe('old')
    expect((await files.read('/home/deploy/full/journal')).toString()).toBe('line\n')
    expect(await files.list('/home/deploy/full')).toEqual(['file', 'journal'])
    await sample.freeDisk()
    await files.writeAtomic('/home/deploy/full/file', large)
    expect((await files.stat('/home/deploy/full/file'))?.sizeBytes).toBe(large.length)
    await files.removeTree('/home/deploy/full')
  })

  it('a copy says so', async () => {
    const { files } = fixture().host
    await files.writeAtomic('/home/deploy/original', Buffer.alloc(4 * MIB, 'y'))
    await sample.fillDisk(0)
    await expect(files.copy('/home/deploy/original', '/home/deploy/copied')).rejects.toMatchObject({
      code: 'host.disk-full',
    })
    await sample.freeDisk()
    await files.remove('/home/deploy/original')
  })
})
