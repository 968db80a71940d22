import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { SAMPLE } from '../../e2e/sample-stack.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import type { PullProgress } from './engine.ts'
import { createEngine, type EngineClient } from './engine-client.ts'
import type { Registry } from './registry.ts'
import { createRegistry } from './registry-client.ts'
import { connectSampleHost } from './sample-connection.ts'

const REPOSITORY = `${SAMPLE.images}/error-tracker`
const AMD64 = { os: 'linux', architecture: 'amd64' }

let sample: SampleHost
let host: SshHost
let engine: EngineClient
let registry: Registry

beforeAll(async () => {
  sample = await startSampleHost()
  host = connectSampleHost(sample)
  engine = createEngine(host)
  registry = createRegistry(host, engine)
})

afterAll(async () => {
  await host?.dispose()
  await sample?.dispose()
})

describe('a registry, asked from the side of the host', () => {
  it('names all tags', async () => {
    const tags = await registry.tags(REPOSITORY)
    expect(tags).toEqual(expect.arrayContaining(['0.9.0', '0.10.0', '0.10.1', 'latest']))
    expect(new Set(tags).size).toBe(tags.length)
  })

  it('names all tags of many pages', async () => {
    const paged = createRegistry(host, engine, { tagsPerPage: 2 })
    expect((await paged.tags(REPOSITORY)).sort()).toEqual((await registry.tags(REPOSITORY)).sort())
  })

  it('resolves a tag of several architectures to the digest that all of them share', async () => {
    const image = await registry.resolve(REPOSITORY, '0.10.0', AMD64)
    const single = `http://localhost:5000/v2/${SAMPLE.images.slice('localhost:5000/'.length)}/error-tracker/manifests/${image?.digest}`
    const accept =
      'Accept: application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json'
    const { stdout: manifest } = await sample.exec(['curl', '-fsS', '-H', accept, single])
    const { mediaType } = JSON.parse(manifest) as { mediaType: string }
    const platform = { os: 'linux', architecture: 'amd64' }
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType, digest: image?.digest, size: Buffer.byteLength(manifest), platform }],
    })
    const type = 'Content-Type: application/vnd.oci.image.index.v1+json'
    const put = ['curl', '-fsS', '-X', 'PUT', '-H', type, '--data-binary', '@-', single.replace(/[^/]+$/, 'many')]
    await sample.exec(put, { input: index })

    const many = await registry.resolve(REPOSITORY, 'many', AMD64)
    expect(many).toEqual({ ...image, digest: many?.digest, platformDigest: image?.digest })
    expect(many?.digest).not.toBe(image?.digest)
    await engine.pull(`${REPOSITORY}@${many?.digest}`, {})
    expect(await engine.inspectImage(`${REPOSITORY}@${many?.digest}`)).not.toBeNull()
    const arm = registry.resolve(REPOSITORY, 'many', { os: 'linux', architecture: 'arm64' })
    await expect(arm).rejects.toMatchObject({
      code: 'docker.wrong-architecture',
      details: { published: 'linux/amd64' },
    })
  })

  it('resolves a tag to the digest by which the engine pulls it, and its size', async () => {
    const image = await registry.resolve(REPOSITORY, '0.10.0', AMD64)
    await engine.pull(`${REPOSITORY}@${image?.digest}`, {})
    await engine.pull(`${REPOSITORY}:0.10.0`, {})
    const pulled = await engine.inspectImage(`${REPOSITORY}:0.10.0`)
    expect(pulled?.repoDigests).toContain(`${REPOSITORY}@${image?.digest}`)
    expect(image?.layers.length).toBeGreaterThan(0)
    expect(image?.layers.every(({ sizeBytes }) => sizeBytes > 0)).toBe(true)
    expect(Date.parse(image?.createdAt ?? '')).toBeGreaterThan(0)
  })

  it('knows no image for a tag that was never pushed', async () => {
    expect(await registry.resolve(REPOSITORY, '99.0.0', AMD64)).toBeNull()
  })

  it('has each failure under its own name', async () => {
    await expect(registry.tags('localhost:5000/no/such')).rejects.toMatchObject({ code: 'registry.not-found' })
    const arm = registry.resolve(REPOSITORY, '0.10.0', { os: 'linux', architecture: 's390x' })
    await expect(arm).rejects.toMatchObject({ code: 'docker.wrong-architecture' })

    await sample.failRegistry(429)
    await expect(registry.tags(REPOSITORY)).rejects.toMatchObject({ code: 'registry.rate-limited', retryable: true })
    await sample.failRegistry(500)
    await expect(registry.tags(REPOSITORY)).rejects.toMatchObject({ code: 'registry.unreachable', retryable: true })
    await sample.failRegistry(204)
    await expect(registry.tags(REPOSITORY)).rejects.toMatchObject({ code: 'registry.invalid-answer' })
    await sample.failRegistry(0)
    await sample.stopRegistry()
    await expect(registry.tags(REPOSITORY)).rejects.toMatchObject({ code: 'registry.unreachable', retryable: true })
    await sample.startRegistry()
  })

  it('is signed in to as the host is, and only so', async () => {
    await sample.protectRegistry('deploy', 'open sesame')
    await expect(registry.tags(REPOSITORY)).rejects.toMatchObject({ code: 'registry.unauthorized' })
    await expect(engine.pull(`${REPOSITORY}:0.9.0`, {})).rejects.toMatchObject({ code: 'registry.unauthorized' })
    const login = ['docker', 'login', '--username', 'deploy', '--password-stdin', 'localhost:5000']
    await sample.exec(login, { user: 'deploy', input: 'open sesame' })
    expect(await registry.tags(REPOSITORY)).toContain('0.9.0')
    await engine.pull(`${REPOSITORY}:0.9.0`, {})
    await sample.exec(['docker', 'logout', 'localhost:5000'], { user: 'deploy' })

    const helper =
      '#!/bin/sh\nread -r server\n[ "$server" = localhost:5000 ] && echo \'{"Username":"deploy","Secret":"open sesame"}\'\n'
    await sample.writeFile('/usr/local/bin/docker-credential-test', helper, 'root')
    await sample.exec(['chmod', '755', '/usr/local/bin/docker-credential-test'])
    await sample.exec('mkdir -p ~/.docker; echo \'{"credsStore":"test"}\' > ~/.docker/config.json', { user: 'deploy' })
    expect(await registry.tags(REPOSITORY)).toContain('0.9.0')
    await sample.exec('rm ~/.docker/config.json', { user: 'deploy' })
    await sample.protectRegistry()
  })

  it('is asked by the host’s curl where sshd forbids forwarding', async () => {
    await sample.configureSshd(['DisableForwarding yes'])
    await sample.protectRegistry('deploy', 'open sesame')
    const login = ['docker', 'login', '--username', 'deploy', '--password-stdin', 'localhost:5000']
    await sample.exec(login, { user: 'deploy', input: 'open sesame' })
    const restricted = connectSampleHost(sample)
    const byCurl = createRegistry(restricted, createEngine(restricted))
    expect(await byCurl.tags(REPOSITORY)).toContain('0.10.0')
    expect(await byCurl.resolve(REPOSITORY, '0.10.0', AMD64)).toEqual(
      await registry.resolve(REPOSITORY, '0.10.0', AMD64),
    )
    expect(await byCurl.resolve(REPOSITORY, '99.0.0', AMD64)).toBeNull()

    await sample.exec(['mv', '/usr/bin/curl', '/root/curl'])
    await expect(byCurl.tags(REPOSITORY)).rejects.toMatchObject({ code: 'host.forwarding-forbidden' })
    await sample.exec(['mv', '/root/curl', '/usr/bin/curl'])
    await restricted.dispose()
    await sample.exec(['docker', 'logout', 'localhost:5000'], { user: 'deploy' })
    await sample.protectRegistry()
    await sample.configureSshd([])
  })
})

describe('a pull', () => {
  it('reports its layers until the image is there', async () => {
    await sample.slowRegistry(2_000_000)
    const seen: PullProgress[] = []
    await engine.pull(`${REPOSITORY}:0.11.0`, { onProgress: (progress) => seen.push(progress) })
    await sample.slowRegistry(0)
    const statuses = new Set(seen.flatMap(({ layers }) => layers.map(({ status }) => status)))
    expect([...statuses]).toEqual(expect.arrayContaining(['downloading', 'done']))
    const last = seen.at(-1)?.layers ?? []
    expect(last.every(({ status }) => status === 'done' || status === 'exists')).toBe(true)
    expect(seen.at(-1)?.layers).toHaveLength((await registry.resolve(REPOSITORY, '0.11.0', AMD64))?.layers.length ?? -1)
    expect(await engine.inspectImage(`${REPOSITORY}:0.11.0`)).not.toBeNull()
  })

  it('of a tag that does not exist fails', async () => {
    await expect(engine.pull(`${REPOSITORY}:99.0.0`, {})).rejects.toMatchObject({ code: 'registry.not-found' })
  })

  it('from a registry that is down fails', async () => {
    await sample.stopRegistry()
    await expect(engine.pull(`${REPOSITORY}:0.11.1`, {})).rejects.toMatchObject({ code: 'registry.unreachable' })
    await sample.startRegistry()
  })

  it('that is cancelled ends on the engine too, and can be done again', async () => {
    await sample.slowRegistry(100_000)
    const controller = new AbortController()
    const pulling = engine.pull(`${REPOSITORY}:0.11.2`, {
      signal: controller.signal,
      onProgress: ({ layers }) => {
        if (layers.some(({ status }) => status === 'downloading')) controller.abort(new Error('enough'))
      },
    })
    await expect(pulling).rejects.toThrow('enough')
    const connections = async () =>
      (await sample.exec('ss -Htn state established "( dport = :5000 )"')).stdout.trim().split('\n').filter(Boolean)
    await expect.poll(connections, { timeout: 20_000 }).toEqual([])
    expect(await engine.inspectImage(`${REPOSITORY}:0.11.2`)).toBeNull()
    await sample.slowRegistry(0)
    await engine.pull(`${REPOSITORY}:0.11.2`, {})
  })
})
