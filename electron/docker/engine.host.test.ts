import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { SAMPLE } from '../../e2e/sample-stack.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import type { EngineEvent } from './engine.ts'
import { createEngine, type EngineClient } from './engine-client.ts'
import { connectSampleHost } from './sample-connection.ts'

const TRACKER = `${SAMPLE.project}-error-tracker-1`

let sample: SampleHost
let host: SshHost
let engine: EngineClient

beforeAll(async () => {
  sample = await startSampleHost({ stacks: [SAMPLE.project] })
  host = connectSampleHost(sample)
  engine = createEngine(host)
})

afterAll(async () => {
  await host?.dispose()
  await sample?.dispose()
})

const docker = async (...argv: string[]): Promise<string> => (await sample.exec(['docker', ...argv])).stdout.trim()

describe('the engine of a host', () => {
  it('is found at its socket, without being told where', async () => {
    expect(await engine.info()).toMatchObject({
      route: 'stream-local',
      socketPath: '/var/run/docker.sock',
      socketSource: 'default',
      version: await docker('version', '--format', '{{.Server.Version}}'),
      os: 'linux',
    })
  })

  it('answers fifty at once over one connection, on as many channels as it may', async () => {
    const lists = await Promise.all(Array.from({ length: 50 }, () => engine.listContainers({})))
    expect(lists.map((rows) => rows.length)).toEqual(Array.from({ length: 50 }, () => 4))
    expect(host.openChannels).toBeLessThanOrEqual(32)
  })

  it('lists containers by label, stopped ones only when asked', async () => {
    const stopped = await docker(
      'create',
      '--label',
      'slipway.test=1',
      await docker('inspect', '-f', '{{.Image}}', TRACKER),
    )
    const labels = ['slipway.test=1']
    expect(await engine.listContainers({ labels })).toEqual([])
    expect(await engine.listContainers({ labels, all: true })).toMatchObject([{ id: stopped, state: 'created' }])
    await docker('rm', stopped)
  })

  it('tells what a gate needs of a container', async () => {
    expect(await engine.inspectContainer(TRACKER)).toMatchObject({
      name: TRACKER,
      state: 'running',
      health: 'healthy',
      exitCode: null,
      restartCount: 0,
      imageReference: `${SAMPLE.images}/error-tracker:0.10.0`,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      memoryLimitBytes: 31_457_280,
      ports: [expect.objectContaining({ containerPort: 8000, hostPort: 5010 })],
      mounts: [expect.objectContaining({ type: 'volume', destination: '/app/data' })],
      addresses: { [`${SAMPLE.project}_${SAMPLE.project}`]: expect.stringMatching(/^\d+\./) },
    })
  })

  it('says which container is not there', async () => {
    await expect(engine.inspectContainer('gone')).rejects.toMatchObject({ code: 'docker.not-found' })
    expect(await engine.inspectImage('localhost:5000/gone:1')).toBeNull()
  })

  it('tags and removes images; a missing one is removed already', async () => {
    const source = `${SAMPLE.images}/error-tracker:0.10.0`
    await engine.tagImage(source, 'slipway/rollback:point-1')
    expect((await engine.inspectImage('slipway/rollback:point-1'))?.id).toBe((await engine.inspectImage(source))?.id)
    expect((await engine.listImages()).flatMap(({ repoTags }) => repoTags)).toContain('slipway/rollback:point-1')
    await engine.removeImage('slipway/rollback:point-1')
    await engine.removeImage('slipway/rollback:point-1')
    expect(await engine.inspectImage('slipway/rollback:point-1')).toBeNull()
    expect(await engine.inspectImage(source)).not.toBeNull()
  })

  it('measures a running container, and has nothing to say of a stopped one', async () => {
    const usage = await engine.usage(TRACKER)
    expect(usage?.memoryBytes).toBeGreaterThan(100_000)
    expect(usage?.memoryLimitBytes).toBe(31_457_280)
    await docker('create', '--name', 'idle', await docker('inspect', '-f', '{{.Image}}', TRACKER))
    expect(await engine.usage('idle')).toBeNull()
    await docker('rm', 'idle')
  })

  it('reads the end of a log as docker does', async () => {
    const { stdout } = await sample.exec(`docker logs --tail 3 ${TRACKER} 2>&1`)
    expect(stdout.split('\n')).toHaveLength(4)
    expect(await engine.logTail(TRACKER, 3)).toBe(stdout)
  })

  it('knows the space where it keeps images', async () => {
    const space = await engine.diskSpace()
    expect(space?.path).toBe('/var/lib/docker')
    expect(space?.freeBytes).toBeGreaterThan(0)
    expect(space?.totalBytes).toBeGreaterThan(space?.freeBytes ?? 0)
  })

  it('tells events as they happen, until it is told to stop', async () => {
    const controller = new AbortController()
    const seen: EngineEvent[] = []
    const following = (async () => {
      for await (const event of engine.events(controller.signal)) seen.push(event)
    })()
    await expect
      .poll(async () => {
        await docker('rename', TRACKER, 'renamed')
        await docker('rename', 'renamed', TRACKER)
        return seen.some(({ type, action }) => type === 'container' && action === 'rename')
      })
      .toBe(true)
    controller.abort()
    await following
  })

  it('ends a call when its caller stops waiting', async () => {
    const controller = new AbortController()
    controller.abort(new Error('enough'))
    await expect(engine.listContainers({}, { signal: controller.signal })).rejects.toThrow('enough')
  })
})

describe('an engine that stops', () => {
  it('is told apart from a host that is gone, and is found again when it is back', async () => {
    await engine.ping()
    const following = Array.fromAsync(engine.events(new AbortController().signal))
    following.catch(() => {})
    await sample.stopEngine()
    await expect(following).rejects.toMatchObject({ code: expect.stringMatching(/^docker\./) })
    await expect(engine.listContainers({})).rejects.toMatchObject({ code: 'docker.engine-down', retryable: true })
    await sample.startEngine()
    await engine.ping()
  })

  it('without warning leaves a socket behind, which does not mislead', async () => {
    await engine.ping()
    await sample.crashEngine()
    await expect(engine.ping()).rejects.toMatchObject({ code: 'docker.engine-down' })
    await sample.startEngine()
    await engine.ping()
  })
})

describe('a connection that is cut', () => {
  it('fails the calls under way, with the truth, and serves the next ones after it is back', async () => {
    await engine.ping()
    const path = `/containers/${TRACKER}/wait?condition=next-exit`
    const pending = engine.connection.call({ method: 'POST', path, task: 'wait' })
    const events = Array.fromAsync(engine.events(new AbortController().signal))
    pending.catch(() => {})
    events.catch(() => {})
    await expect.poll(() => host.openChannels).toBeGreaterThanOrEqual(2)
    await sample.killSshSessions()
    await expect(pending).rejects.toMatchObject({ code: 'host.connection-lost' })
    await expect(events).rejects.toMatchObject({ code: 'host.connection-lost' })
    await host.connect()
    await engine.ping()
  })

  it('is what a call tells that had no answer yet, on a socket that had served before', async () => {
    await engine.startContainer(TRACKER)
    // What does not run does not stop either, and the engine gives it ten seconds before it answers.
    await sample.exec(['kill', '-STOP', await docker('inspect', '--format', '{{.State.Pid}}', TRACKER)])
    const pending = engine.stopContainer(TRACKER)
    pending.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 300))
    await sample.killSshSessions()
    await expect(pending).rejects.toMatchObject({ code: 'host.connection-lost' })
    await host.connect()
    await engine.ping()
  })
})
