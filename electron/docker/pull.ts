import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import type { Engine } from './engine.ts'
import type { EngineConnection } from './engine-connection.ts'
import { toCallError } from './engine-errors.ts'
import { chunksOf } from './http-client.ts'
import { readJsonLines } from './json-lines.ts'
import { type LayerState, pullMessageSchema, reduceLayers } from './layer-progress.ts'
import { toPullError } from './pull-errors.ts'
import { readCredentials, toAuthHeader } from './registry-credentials.ts'
import { resolveReference } from './resolve-reference.ts'

/** A pull that says nothing for so long is stuck: engines report many times a second while bytes flow. */
const SILENCE_MS = 60_000
/** Verifying what was pulled reads one record of the engine's. */
const VERIFY_TIMEOUT_MS = 30_000

export interface PullParts {
  readonly connection: EngineConnection
  readonly inspectImage: Engine['inspectImage']
}

/** `Engine.pull`: pulls with the host's own credentials, and looks afterwards whether the image is there. */
export async function pullImage(
  host: Host,
  { connection, inspectImage }: PullParts,
  reference: string,
  { onProgress, signal }: Parameters<Engine['pull']>[1],
): Promise<void> {
  const { name, registry, tag, digest } = resolveReference(reference)
  // Without a tag the engine would pull every tag of the repository.
  const query = new URLSearchParams({ fromImage: name, tag: digest ?? tag ?? 'latest' })
  const credentials = await readCredentials(host, registry, signal)
  const silence = createSilenceWatch(signal)
  const task = `pull ${reference}`
  try {
    const headers: Record<string, string> = credentials === null ? {} : { 'X-Registry-Auth': toAuthHeader(credentials) }
    // Closing the connection is what cancels a pull on the engine.
    const stream = await connection.stream(
      { method: 'POST', path: `/images/create?${query}`, task, headers },
      { signal: silence.signal, timeoutMs: SILENCE_MS },
    )
    silence.touch()
    await followPull(chunksOf(stream), silence.touch, onProgress, (words) => toPullError(host.label, reference, words))
  } catch (error) {
    signal?.throwIfAborted()
    if (silence.signal.aborted) throw silentError(host, reference)
    throw toPullFailure(host, reference, task, error)
  } finally {
    silence.stop()
  }
  await verifyPulled(host, inspectImage, reference, signal)
}

async function followPull(
  chunks: AsyncIterable<Buffer>,
  touch: () => void,
  onProgress: Parameters<Engine['pull']>[1]['onProgress'],
  toError: (words: string) => SlipwayError,
): Promise<void> {
  let layers: ReadonlyMap<string, LayerState> = new Map()
  for await (const line of readJsonLines(touching(chunks, touch))) {
    const message = pullMessageSchema.safeParse(line).data
    if (message === undefined) continue
    const words = message.errorDetail?.message ?? message.error
    if (words !== undefined) throw toError(words)
    const next = reduceLayers(layers, message)
    if (next !== layers) onProgress?.({ layers: [...next.values()] })
    layers = next
  }
}

async function* touching(chunks: AsyncIterable<Buffer>, touch: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    touch()
    yield chunk
  }
}

/** A signal that aborts with the caller's, or after a silence. */
function createSilenceWatch(signal: AbortSignal | undefined) {
  const controller = new AbortController()
  const forward = (): void => controller.abort(signal?.reason)
  const startTimer = (): NodeJS.Timeout => setTimeout(() => controller.abort(new Error('silence')), SILENCE_MS)
  // Begins with the first answer: until then the request has a deadline of its own.
  let timer: NodeJS.Timeout | undefined
  signal?.addEventListener('abort', forward, { once: true })
  if (signal?.aborted) forward()
  return {
    signal: controller.signal,
    touch(): void {
      clearTimeout(timer)
      timer = startTimer()
    },
    stop(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', forward)
    },
  }
}

function silentError(host: Host, reference: string): SlipwayError {
  return new SlipwayError(
    'docker.pull-failed',
    `${host.label} pulls ${reference}, but no progress came for ${SILENCE_MS / 1000} s.`,
    {
      hint: 'The registry, or the network between it and the host, is stuck. Try again.',
      state: 'The pull was cancelled. Layers that came whole stay on the host.',
      retryable: true,
    },
  )
}

/** Failures before the first message come as HTTP errors with the same words. */
function toPullFailure(host: Host, reference: string, task: string, error: unknown): unknown {
  if (isSlipwayError(error)) {
    const words = error.details?.message
    const fromAnswer = error.code === 'docker.request-failed' || error.code === 'docker.not-found'
    return fromAnswer && words !== undefined ? toPullError(host.label, reference, words) : error
  }
  return toCallError(host, task, error)
}

/** A stream that ended well is not proof: the image must be there, with the digest that was asked for. */
async function verifyPulled(
  host: Host,
  inspectImage: Engine['inspectImage'],
  reference: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const image = await inspectImage(reference, {
    timeoutMs: VERIFY_TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  })
  const { digest } = resolveReference(reference)
  const known = image === null ? [] : [image.id, ...image.repoDigests.map((repoDigest) => repoDigest.split('@')[1])]
  if (image !== null && (digest === null || known.includes(digest))) return
  throw new SlipwayError(
    'docker.pull-failed',
    `${host.label} said that it pulled ${reference}, but the image is not there.`,
    { hint: `Look at \`docker pull ${reference}\` on the host.`, state: 'Nothing else was changed.', retryable: true },
  )
}
