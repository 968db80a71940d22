import { afterEach, describe, expect, it } from 'vitest'
import type { SampleHost } from './sample-host.ts'
import type { SampleHostOptions } from './sample-host-options.ts'
import { startSampleNetwork } from './sample-network.ts'
import { ssh } from './ssh-client.ts'
import { startSampleHost } from './start-sample-host.ts'

const minute = 60_000
const hosts: SampleHost[] = []

async function start(options: SampleHostOptions): Promise<SampleHost> {
  const host = await startSampleHost(options)
  hosts.push(host)
  return host
}

afterEach(() => Promise.all(hosts.splice(0).map((host) => host.dispose())), minute)

describe('a sample host may', { timeout: 5 * minute }, () => {
  it('be logged in to by password and by keyboard-interactive', async () => {
    const host = await start({})
    expect((await ssh(host, 'id -un', { by: 'password' })).stdout).toBe('deploy\n')
    expect((await ssh(host, 'id -un', { by: 'keyboard-interactive' })).stdout).toBe('deploy\n')
    const wrong = await ssh(Object.create(host, { password: { value: 'wrong' } }), 'true', {
      by: 'password',
      allowFailure: true,
    })
    expect(wrong.stderr).toContain('Permission denied')
  })

  it('refuse its user the engine, but not sudo', async () => {
    const host = await start({ inDockerGroup: false, sudo: true })
    expect((await ssh(host, 'docker ps', { allowFailure: true })).stderr).toContain('permission denied')
    await ssh(host, 'sudo -n docker ps')
  })

  it('have the Docker CLI for login shells only', async () => {
    const host = await start({ dockerCliOnPath: false })
    expect((await ssh(host, 'docker ps', { allowFailure: true })).code).toBe(127)
    await ssh(host, "bash -lc 'docker ps'")
  })

  it('lack Docker', async () => {
    const host = await start({ docker: 'missing' })
    expect((await ssh(host, 'docker ps || test -S /var/run/docker.sock', { allowFailure: true })).code).toBe(1)
  })

  it.for([
    ['missing', 'is not a docker command'],
    ['old', 'v2.0.1'],
  ] as const)('have a Compose that is %s', async ([compose, says]) => {
    const host = await start({ compose })
    const version = await ssh(host, 'docker compose version', { allowFailure: true })
    expect(version.stdout + version.stderr).toContain(says)
  })

  it('have its engine at another socket, with a context for it', async () => {
    const host = await start({ engineSocket: '/srv/engine/docker.sock' })
    await ssh(host, 'docker ps && test ! -e /var/run/docker.sock')
  })

  it('have other settings of sshd and of the key', async () => {
    const host = await start({ sshdConfig: ['Banner /etc/issue'], authorizedKeyOptions: 'command="echo forced"' })
    expect((await ssh(host, 'id', { flags: ['-o', 'LogLevel=INFO'] })).stderr).toContain('Debian')
    expect((await ssh(host, 'id')).stdout).toBe('forced\n')
    await host.configureSshd(['AllowUsers nobody'])
    expect((await ssh(host, 'id', { allowFailure: true })).stderr).toContain('Permission denied')
  })

  it('stand behind a jump host', async () => {
    await using network = await startSampleNetwork()
    const { jump, target } = network
    expect((await ssh(target, 'hostname', { through: jump })).stdout).toBe(`${target.name}\n`)
    expect((await ssh(target, 'true', { allowFailure: true })).code).toBe(255)
  })
})
