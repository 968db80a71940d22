import { z } from 'zod'
import { SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { systemAnswerSchema } from './engine-answers.ts'
import type { EngineConnection } from './engine-connection.ts'
import {
  builtAt,
  choosePlatform,
  imageConfigSchema,
  listPlatforms,
  MANIFEST_TYPES,
  type Manifest,
  manifestSchema,
  nextPage,
  type Platform,
} from './manifest.ts'
import type { Registry, RemoteImage } from './registry.ts'
import {
  invalidAnswer,
  matchesDigest,
  notFound,
  openRegistrySession,
  parseAnswer,
  type RegistryMemory,
  type RegistrySession,
} from './registry-session.ts'
import { resolveReference } from './resolve-reference.ts'

const TAGS_PER_PAGE = 1000
/** A registry that never stops paging is broken; 200,000 tags are more than any repository has. */
const MAX_PAGES = 200
/** Answers by digest never change, so they are kept; that many. */
const MAX_RESOLVED = 500

const tagsSchema = z.object({ tags: z.array(z.string()).nullable().default(null) })

/** What is asked of the engine: which registries it takes without TLS. */
interface AskedEngine {
  readonly connection: Pick<EngineConnection, 'callJson'>
}

/** A repository of a registry for the length of one task. */
interface Repository {
  readonly host: Host
  readonly registry: string
  readonly repository: string
  readonly session: RegistrySession
}

/** Registries, asked from `host`'s side. `engine` tells which of them need no TLS. */
export function createRegistry(
  host: Host,
  engine: AskedEngine,
  { tagsPerPage = TAGS_PER_PAGE }: { readonly tagsPerPage?: number } = {},
): Registry {
  const memory: RegistryMemory = { schemes: new Map(), tokens: new Map() }
  const resolved = new Map<string, RemoteImage>()

  async function withRepository<T>(
    name: string,
    signal: AbortSignal | undefined,
    task: (repository: Repository) => Promise<T>,
  ): Promise<T> {
    const { registry, repository } = resolveReference(name)
    const insecure = await isInsecure(engine, registry, signal)
    const session = openRegistrySession({ host, registry, repository, insecure, memory, signal })
    try {
      return await task({ host, registry, repository, session })
    } finally {
      session.close()
    }
  }

  return {
    tags: (name, { signal } = {}) => withRepository(name, signal, (repository) => readTags(repository, tagsPerPage)),
    resolve: (name, tag, platform, { signal } = {}) =>
      withRepository(name, signal, async (repository) => {
        const digest = await readDigest(repository, tag)
        if (digest === null) return null
        const key = `${repository.registry}/${repository.repository}@${digest} ${platform.os}/${platform.architecture}`
        const image = resolved.get(key) ?? (await readImage(repository, tag, digest, platform))
        resolved.set(key, image)
        const oldest = resolved.keys().next().value
        if (resolved.size > MAX_RESOLVED && oldest !== undefined) resolved.delete(oldest)
        return image
      }),
  }
}

/** Whether the engine is told to take plain HTTP, or any certificate, from a registry. */
async function isInsecure(engine: AskedEngine, registry: string, signal: AbortSignal | undefined): Promise<boolean> {
  const request = { method: 'GET', path: '/info', task: 'say which registries it trusts' } as const
  const options = signal === undefined ? {} : { signal }
  const system = await engine.connection.callJson(request, systemAnswerSchema, options)
  return system.RegistryConfig?.IndexConfigs?.[registry]?.Secure === false
}

async function readTags({ host, registry, repository, session }: Repository, perPage: number): Promise<string[]> {
  const tags = new Set<string>()
  let path: string | null = `${repository}/tags/list?n=${perPage}`
  for (let page = 0; path !== null; page += 1) {
    if (page >= MAX_PAGES) throw invalidAnswer(host, registry, 'its list of tags has no end')
    const answer = await session.ask({ path, accept: 'application/json' })
    if (answer.status === 404) throw notFound(host, registry, repository)
    const before = tags.size
    for (const tag of parseAnswer(host, registry, answer.body, tagsSchema).tags ?? []) tags.add(tag)
    const next = nextPage(answer.headers.link, answer.url)
    // A registry that ignores where a page begins would give the first one for ever.
    path = next === null || tags.size === before ? null : next.href
  }
  return [...tags]
}

/** Digest of a tag, by HEAD: registries with rate limits count each GET of a manifest as a pull. */
async function readDigest({ host, registry, repository, session }: Repository, tag: string): Promise<string | null> {
  const path = `${repository}/manifests/${encodeURIComponent(tag)}`
  const head = await session.ask({ method: 'HEAD', path, accept: MANIFEST_TYPES })
  const digest = head.headers['docker-content-digest']
  if (head.status < 400 && digest !== undefined && /^sha(256|512):[0-9a-f]+$/.test(digest)) return digest
  const answer = await session.ask({ path, accept: MANIFEST_TYPES })
  if (answer.status < 400) return `sha256:${await sha256(answer.body)}`
  // HEAD has no body to tell a missing tag from a missing repository.
  if (/NAME_UNKNOWN|NAME_INVALID/.test(answer.body.toString('utf8', 0, 4096)))
    throw notFound(host, registry, repository)
  return null
}

async function sha256(body: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(body))).toString('hex')
}

async function readImage(
  repository: Repository,
  tag: string,
  digest: string,
  platform: Platform,
): Promise<RemoteImage> {
  const top = await readManifest(repository, digest)
  const platformDigest = top.kind === 'index' ? choosePlatform(top, platform) : digest
  if (top.kind === 'index' && platformDigest === null)
    throw wrongArchitecture(repository, tag, platform, listPlatforms(top))
  const image = top.kind === 'index' ? await readManifest(repository, platformDigest ?? '') : top
  if (image.kind === 'index')
    throw invalidAnswer(repository.host, repository.registry, 'an index leads to another index')
  const config = await readBlob(repository, image.config.digest)
  const described = parseAnswer(repository.host, repository.registry, config, imageConfigSchema)
  const { created, os, architecture } = described
  if (top.kind === 'image' && (os !== platform.os || architecture !== platform.architecture)) {
    throw wrongArchitecture(repository, tag, platform, `${os}/${architecture}`)
  }
  return {
    digest,
    platformDigest: platformDigest ?? digest,
    layers: image.layers.map((layer) => ({ digest: layer.digest, sizeBytes: layer.size })),
    diffIds: described.rootfs?.diff_ids ?? [],
    environment: described.config?.Env ?? [],
    createdAt: builtAt(created),
  }
}

async function readManifest(repository: Repository, digest: string): Promise<Manifest> {
  const path = `${repository.repository}/manifests/${digest}`
  const answer = await repository.session.ask({ path, accept: MANIFEST_TYPES })
  return parseAnswer(repository.host, repository.registry, verified(repository, answer, digest), manifestSchema)
}

async function readBlob(repository: Repository, digest: string): Promise<Buffer> {
  const answer = await repository.session.ask({ path: `${repository.repository}/blobs/${digest}` })
  return verified(repository, answer, digest)
}

function verified({ host, registry }: Repository, answer: { status: number; body: Buffer }, digest: string): Buffer {
  if (answer.status === 404)
    throw invalidAnswer(host, registry, `it names ${digest.slice(0, 19)}…, but does not have it`)
  if (!matchesDigest(answer.body, digest))
    throw invalidAnswer(host, registry, `${digest.slice(0, 19)}… is not what it sends`)
  return answer.body
}

function wrongArchitecture(
  { host, registry, repository }: Repository,
  tag: string,
  platform: Platform,
  published: string,
): SlipwayError {
  return new SlipwayError(
    'docker.wrong-architecture',
    `${registry}/${repository}:${tag} is published for ${published || 'no known platform'}, but ${host.label} is ${platform.os}/${platform.architecture}.`,
    { hint: 'Choose a version that is published for the host’s architecture.', details: { published } },
  )
}
