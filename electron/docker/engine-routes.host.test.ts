import { afterEach, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import type { SampleHostOptions } from '../../e2e/host/sample-host-options.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import { createEngine, type EngineClient } from './engine-client.ts'
import { connectSampleHost } from './sample-connection.ts'

let sample: SampleHost | undefined
let host: SshHost | undefined

afterEach(async () => {
  await host?.dispose()
  await sample?.dispose()
})

async function start(options: SampleHostOptions, { usesSudo = false } = {}): Promise<EngineClient> {
  sample = await startSampleHost(options)
  host = connectSampleHost(sample, { usesSudo })
  return createEngine(host)
}

/** Calls, an event stream and a command at once: a way that is short of sessions must serve them all. */
async function proveBusy(engine: EngineClient): Promise<void> {
  const controller = new AbortController()
  const events = Array.fromAsync(engine.events(controller.signal))
  events.catch(() => {})
  const lists = await Promise.all(Array.from({ length: 30 }, () => engine.listContainers({ all: true })))
  expect(lists).toHaveLength(30)
  expect((await host?.exec(['true']))?.code).toBe(0)
  controller.abort()
  await events
}

describe('the way to the engine', () => {
  it.each<[string, SampleHostOptions]>([
    ['sshd forbids forwarding', { sshdConfig: ['DisableForwarding yes'] }],
    ['sshd forbids forwarding of sockets', { sshdConfig: ['AllowStreamLocalForwarding no'] }],
    ['the key is restricted', { authorizedKeyOptions: 'restrict' }],
  ])('is the docker command where %s', async (_name, options) => {
    const engine = await start(options)
    expect(await engine.info()).toMatchObject({ route: 'dial-stdio', socketPath: '/var/run/docker.sock' })
    await proveBusy(engine)
  })

  it('is the docker command by sudo, when the user chose that', async () => {
    const engine = await start({ inDockerGroup: false, sudo: true }, { usesSudo: true })
    expect(await engine.info()).toMatchObject({
      route: 'sudo-dial-stdio',
      composeVersion: expect.stringMatching(/^2\./),
    })
    await proveBusy(engine)
    expect(await engine.diskSpace()).toMatchObject({ path: '/var/lib/docker' })
  })

  it('leads to the socket of the current context', async () => {
    const engine = await start({ engineSocket: '/srv/engine/docker.sock' })
    expect(await engine.info()).toMatchObject({
      route: 'stream-local',
      socketPath: '/srv/engine/docker.sock',
      socketSource: 'context',
    })
    await sample?.stopEngine()
    await expect(engine.ping()).rejects.toMatchObject({
      code: 'docker.socket-missing',
      message: expect.stringContaining('context'),
    })
  })

  it('is found by the environment of the login shell', async () => {
    const engine = await start({ engineSocket: '/srv/engine/docker.sock' })
    await sample?.exec('rm -r ~/.docker; echo export DOCKER_HOST=unix:///srv/engine/docker.sock >> ~/.profile', {
      user: 'deploy',
    })
    expect(engine.cliFlags).toEqual([])
    expect(await engine.info()).toMatchObject({ socketPath: '/srv/engine/docker.sock', socketSource: 'environment' })
    expect(engine.cliFlags).toEqual(['--host', 'unix:///srv/engine/docker.sock'])
  })

  it('needs no docker command on the PATH of non-interactive shells', async () => {
    const engine = await start({ dockerCliOnPath: false, sshdConfig: ['DisableForwarding yes'] })
    expect(await engine.info()).toMatchObject({ route: 'dial-stdio', composeVersion: expect.stringMatching(/^2\./) })
  })
})

describe('a closed way to the engine', () => {
  it('is open after the user joined the group, or chose sudo', async () => {
    const engine = await start({ inDockerGroup: false, sudo: true })
    await expect(engine.info()).rejects.toMatchObject({
      code: 'docker.not-in-group',
      hint: expect.stringMatching(/usermod -aG docker deploy.*by sudo/),
    })
    host?.setUsesSudo(true)
    expect(await engine.info()).toMatchObject({ route: 'sudo-dial-stdio' })
    host?.setUsesSudo(false)
    await sample?.exec(['usermod', '-aG', 'docker', 'deploy'])
    await host?.disconnect()
    await host?.connect()
    expect(await engine.info()).toMatchObject({ route: 'stream-local' })
  })

  it('is Docker that is not installed', async () => {
    const engine = await start({ docker: 'missing' })
    await expect(engine.ping()).rejects.toMatchObject({ code: 'docker.not-installed' })
  })

  it.each([
    ['missing', 'docker.compose-missing'],
    ['old', 'docker.compose-too-old'],
  ] as const)('is not what a Compose that is %s makes; only what needs Compose fails', async (compose, code) => {
    const engine = await start({ compose })
    await expect(engine.info()).rejects.toMatchObject({ code })
    expect(await engine.listContainers({})).toEqual([])
  })

  it('is sshd that forbids forwarding on a host without a docker command', async () => {
    const engine = await start({})
    await sample?.exec(['mv', '/usr/bin/docker', '/root/docker'])
    expect(await engine.listContainers({})).toEqual([])
    await expect(engine.info()).rejects.toMatchObject({ code: 'docker.not-on-path' })
    await sample?.configureSshd(['DisableForwarding yes'])
    await host?.disconnect()
    await host?.connect()
    await expect(engine.listContainers({})).rejects.toMatchObject({ code: 'host.forwarding-forbidden' })
  })
})
