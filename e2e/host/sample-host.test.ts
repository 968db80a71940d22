import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, ensureEngine } from './engine.ts'
import { cacheFolder } from './paths.ts'
import type { SampleHost } from './sample-host.ts'
import { ssh } from './ssh-client.ts'
import { startSampleHost } from './start-sample-host.ts'

const minute = 60_000
let engine: Engine
let first: SampleHost
let second: SampleHost

beforeAll(async () => {
  engine = await ensureEngine()
  const hosts = await Promise.all([startSampleHost(), startSampleHost({ diskSize: '1G' })])
  ;[first, second] = hosts
}, 10 * minute)

afterAll(() => Promise.all([first, second].map((host) => host?.dispose())))

describe('a sample host', { timeout: minute }, () => {
  it('has its own name, port and keys', async () => {
    expect(first.sshPort).not.toBe(second.sshPort)
    expect(first.hostKeys[0]?.fingerprint).not.toBe(second.hostKeys[0]?.fingerprint)
    expect(statSync(first.privateKeyPath).mode & 0o777).toBe(0o600)
    expect((await ssh(first, 'id -un; hostname')).stdout).toBe(`deploy\n${first.name}\n`)
    expect((await ssh(second, 'hostname')).stdout).toBe(`${second.name}\n`)
  })

  it('gives its user the engine and Compose', async () => {
    expect((await ssh(first, 'docker compose version --short')).stdout).toMatch(/^2\./)
    expect((await ssh(first, 'docker info --format {{.Driver}}')).stdout.trim()).toBe('overlay2')
  })

  it('has a registry that its engine pushes to and pulls from', async () => {
    await first.exec(`tar -C /etc/skel -c . | docker import - ${tiny} && docker push -q ${tiny} && docker rmi ${tiny}`)
    await first.exec(['docker', 'pull', tiny])
    await first.failRegistry(503)
    expect((await first.exec(['docker', 'pull', tiny], { allowFailure: true })).code).not.toBe(0)
    await first.failRegistry(0)
    await first.stopRegistry()
    expect((await first.exec(['docker', 'pull', tiny], { allowFailure: true })).stderr).toContain('refused')
    await first.startRegistry()
    await first.exec(['docker', 'pull', tiny])
  })

  it('pulls slowly while its registry is slow', async () => {
    await first.exec(`head -c 400000 /dev/urandom > /tmp/noise && tar -C /tmp -c noise | docker import - ${noise}`)
    await first.exec(`docker push -q ${noise} && docker rmi ${noise}`)
    await first.slowRegistry(100_000)
    const startedAt = Date.now()
    await first.exec(['docker', 'pull', noise])
    expect(Date.now() - startedAt).toBeGreaterThan(2_000)
    await first.slowRegistry(0)
  })

  it('asks for a login at a protected registry', async () => {
    await first.protectRegistry('team', 'secret')
    expect((await first.exec(['docker', 'pull', tiny], { allowFailure: true })).code).not.toBe(0)
    const login = ['docker', 'login', '-u', 'team', '--password-stdin', '127.0.0.1:5000']
    await first.exec(login, { input: 'secret' })
    await first.exec(['docker', 'pull', tiny])
    await first.protectRegistry()
  })

  it('stops, loses and starts its engine', async () => {
    await first.stopEngine()
    expect((await ssh(first, 'docker version', { allowFailure: true })).stderr).toContain('Cannot connect')
    await first.startEngine()
    await first.crashEngine()
    expect((await ssh(first, 'docker version', { allowFailure: true })).code).not.toBe(0)
    await first.startEngine()
    await ssh(first, 'docker version')
  })

  it.for(['drop', 'unplug', 'freeze'] as const)('is cut off and comes back (%s)', async (kind) => {
    await first.cutNetwork(kind)
    expect((await ssh(first, 'true', { allowFailure: true })).code).toBe(255)
    await first.restoreNetwork()
    await ssh(first, 'true')
  })

  it('loses its SSH sessions and takes new ones', async () => {
    const session = ssh(first, 'touch started; sleep 60', { allowFailure: true })
    await first.exec('until [ -e /home/deploy/started ]; do sleep 0.05; done')
    await first.killSshSessions()
    expect((await session).code).toBe(255)
    await ssh(first, 'true')
  })

  it('keeps port and data over a reboot and a power cut', async () => {
    await first.writeFile('/home/deploy/note', 'kept')
    await first.restart()
    await first.restart({ powerCut: true })
    expect((await ssh(first, 'cat note; docker image ls -q | wc -l')).stdout).toMatch(/^kept[1-9]/)
  })

  it('gets new host keys, which a client that knows the old ones refuses', async () => {
    const known = readFileSync(first.knownHostsPath)
    await first.changeHostKeys()
    await ssh(first, 'true')
    writeFileSync(first.knownHostsPath, known)
    const refused = await ssh(first, 'true', { allowFailure: true })
    expect(refused.stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED')
    await first.readHostKeys()
  })

  it('shows SSH sessions a clock that is off', async () => {
    await first.setClock(3_600)
    const seen = Number((await ssh(first, 'date +%s')).stdout)
    expect(seen - Date.now() / 1000).toBeGreaterThan(3_500)
    await first.setClock(0)
  })

  it('has a disk that fills up and is freed', async () => {
    await second.fillDisk()
    expect((await ssh(second, 'head -c 100000 /dev/zero > big', { allowFailure: true })).stderr).toContain(
      'No space left',
    )
    await second.freeDisk()
    await ssh(second, 'head -c 100000 /dev/zero > big')
  })

  it('leaves neither container, volume nor key behind', async () => {
    const host = await startSampleHost()
    const format = '{{range .Mounts}}{{.Name}}{{end}}'
    const volume = (await engine.docker(['inspect', '--format', format, host.containerName])).stdout.trim()
    await host.dispose()
    expect((await engine.docker(['ps', '-aq', '--filter', `name=${host.containerName}`])).stdout).toBe('')
    expect((await engine.docker(['volume', 'ls', '-q'])).stdout).not.toContain(volume)
    expect(readdirSync(cacheFolder('hosts'))).not.toContain(host.containerName)
  })
})

const tiny = '127.0.0.1:5000/sample/tiny:1'
const noise = '127.0.0.1:5000/sample/noise:1'
