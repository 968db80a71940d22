import { z } from 'zod'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { readDiskSpace } from './disk-space.ts'
import type { CallOptions, Container, Engine, ImageInfo } from './engine.ts'
import {
  containerAnswerSchema,
  containerRowsSchema,
  imageAnswerSchema,
  systemAnswerSchema,
  toContainer,
  toImageInfo,
} from './engine-answers.ts'
import { createEngineConnection, type EngineConnection } from './engine-connection.ts'
import { watchEvents } from './engine-events.ts'
import { createEngineInfo } from './engine-info.ts'
import { createEngineLogs } from './engine-logs.ts'
import { endpointFlags } from './engine-route.ts'
import { createLayerCounter } from './known-layers.ts'
import { readLogAfter, readLogTail } from './log-text.ts'
import { pullImage } from './pull.ts'
import { resolveReference } from './resolve-reference.ts'
import { createUsageReader } from './usage.ts'

/** Volumes of some drivers are mounted now. */
const START_TIMEOUT_MS = 60_000
/** A container's own stop period is seconds as a rule, and may be minutes. */
const STOP_TIMEOUT_MS = 180_000

/** The engine of a host, with the ways that only this folder uses. */
export interface EngineClient extends Engine {
  readonly connection: EngineConnection
}

/** The Docker engine of `host`. Connects when first asked; needs no disposing of its own: it ends with the host. */
export function createEngine(host: Host): EngineClient {
  const connection = createEngineConnection(host)
  const info = createEngineInfo(host, connection)
  const logs = createEngineLogs(host, connection)
  const usage = createUsageReader(connection)

  async function inspectImage(reference: string, options?: CallOptions): Promise<ImageInfo | null> {
    const request = {
      method: 'GET',
      path: `/images/${encodeReference(reference)}/json`,
      task: `inspect ${reference}`,
    } as const
    try {
      return toImageInfo(await connection.callJson(request, imageAnswerSchema, options))
    } catch (error) {
      if (isSlipwayError(error) && error.code === 'docker.not-found') return null
      throw error
    }
  }

  async function listImages(options?: CallOptions): Promise<ImageInfo[]> {
    const request = { method: 'GET', path: '/images/json', task: 'list the images' } as const
    return (await connection.callJson(request, z.array(imageAnswerSchema), options)).map(toImageInfo)
  }

  async function inspectContainer(id: string, options?: CallOptions): Promise<Container> {
    const path = `/containers/${encodeURIComponent(id)}/json`
    const request = { method: 'GET', path, task: `inspect the container ${shortId(id)}` } as const
    const answer = await connection.callJson(request, containerAnswerSchema, options)
    const image = await inspectImage(answer.Image, options)
    return toContainer(answer, digestOf(image, answer.Config.Image))
  }

  return {
    connection,
    get cliFlags() {
      return connection.endpoint === null ? [] : endpointFlags(connection.endpoint)
    },
    logs,
    info,
    inspectImage,
    inspectContainer,
    usage,
    async ping(options) {
      await connection.call({ method: 'GET', path: '/_ping', task: 'answer a ping' }, options)
    },
    listContainers({ labels = [], all = false }, options) {
      const filters = labels.length > 0 ? `&filters=${encodeURIComponent(JSON.stringify({ label: labels }))}` : ''
      const path = `/containers/json?all=${all}${filters}`
      return connection.callJson({ method: 'GET', path, task: 'list the containers' }, containerRowsSchema, options)
    },
    async startContainer(id, options) {
      const path = `/containers/${encodeURIComponent(id)}/start`
      const task = `start the container ${shortId(id)}`
      await connection.call({ method: 'POST', path, task }, { timeoutMs: START_TIMEOUT_MS, ...options })
    },
    async stopContainer(id, options) {
      const path = `/containers/${encodeURIComponent(id)}/stop`
      const task = `stop the container ${shortId(id)}`
      await connection.call({ method: 'POST', path, task }, { timeoutMs: STOP_TIMEOUT_MS, ...options })
    },
    listImages,
    countKnownLayers: createLayerCounter({ listImages, inspectImage }),
    async tagImage(source, target, options) {
      const { name, tag } = resolveReference(target)
      const query = new URLSearchParams({ repo: name, tag: tag ?? 'latest' })
      const path = `/images/${encodeReference(source)}/tag?${query}`
      await connection.call({ method: 'POST', path, task: `tag ${source} as ${target}` }, options)
    },
    async removeImage(reference, options) {
      const path = `/images/${encodeReference(reference)}`
      await connection.call({ method: 'DELETE', path, task: `remove the image ${reference}`, accept: [404] }, options)
    },
    pull: (reference, options) => pullImage(host, { connection, inspectImage }, reference, options),
    logAfter: (id, cursor, options) => readLogAfter(logs, id, cursor, options),
    logTail: (id, lines, options) => readLogTail(logs, id, lines, options),
    events: (signal) => watchEvents(host, connection, signal),
    async diskSpace(options) {
      const request = { method: 'GET', path: '/info', task: 'say where it keeps its data' } as const
      const system = await connection.callJson(request, systemAnswerSchema, options)
      return readDiskSpace(host, system, options)
    },
  }
}

/** Slashes and colons of a reference are part of the path as they are; anything else is escaped. */
function encodeReference(reference: string): string {
  if (reference === '' || reference.split('/').includes('..')) {
    throw new SlipwayError('input.invalid', `“${reference}” is not an image reference.`)
  }
  return reference.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':').replaceAll('%40', '@')
}

/** The digest under which the running image is known, of the repository that the container was made from if there are several. */
export function digestOf(image: Pick<ImageInfo, 'repoDigests'> | null, reference: string): string | null {
  const digests = image?.repoDigests ?? []
  const name = canonicalName(reference)
  const own = digests.find((digest) => name !== null && canonicalName(digest) === name)
  return (own ?? digests[0])?.split('@')[1] ?? null
}

/** Null for containers that were made from an image's id. */
function canonicalName(reference: string): string | null {
  if (/^(sha256:)?[0-9a-f]{12,64}$/.test(reference)) return null
  try {
    return resolveReference(reference).canonicalName
  } catch {
    return null
  }
}

function shortId(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id
}
