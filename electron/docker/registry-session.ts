import { createHash } from 'node:crypto'
import { SlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { type Challenge, parseChallenge, refreshBody, tokenAnswerSchema, tokenUrl } from './registry-auth.ts'
import { readCredentials } from './registry-credentials.ts'
import type { RegistryAnswer } from './registry-message.ts'
import { createTransport, type RegistryTransport } from './registry-transport.ts'
import { isLoopbackRegistry, registryApiHost } from './resolve-reference.ts'

/** Blobs are often redirected once, to a store; more means a loop. */
const MAX_REDIRECTS = 5

/** What is known of one registry between calls: how it speaks, and the tokens it gave. */
export interface RegistryMemory {
  readonly schemes: Map<string, 'http' | 'https'>
  readonly tokens: Map<string, { readonly authorization: string; readonly untilMs: number }>
}

export interface RegistryQuestion {
  readonly method?: 'GET' | 'HEAD'
  /** Below `/v2/`, or a whole URL on the same registry. */
  readonly path: string
  readonly accept?: string
}

/** One task's questions to one repository. Close it. */
export interface RegistrySession {
  /** An answer below 400, or 404. Other statuses throw the `registry.*` code that fits. */
  ask(question: RegistryQuestion): Promise<RegistryAnswer & { readonly url: URL }>
  close(): void
}

export interface SessionOptions {
  readonly host: Host
  readonly registry: string
  readonly repository: string
  /** The engine is told to take plain HTTP or any certificate from it. */
  readonly insecure: boolean
  readonly memory: RegistryMemory
  readonly signal: AbortSignal | undefined
}

export function openRegistrySession(options: SessionOptions): RegistrySession {
  const { host, registry, repository, memory, signal } = options
  const insecure = options.insecure || isLoopbackRegistry(registry)
  const transport = createTransport(host, registry, signal)
  const scope = `repository:${repository}:pull`
  const tokenKey = `${registry} ${scope}`

  async function send(
    question: RegistryQuestion,
    authorization: string | undefined,
  ): Promise<RegistryAnswer & { url: URL }> {
    let url = new URL(question.path, `${await scheme()}://${registryApiHost(registry)}/v2/`)
    const origin = url.origin
    for (let redirects = 0; ; redirects += 1) {
      const headers = {
        ...(question.accept === undefined ? {} : { Accept: question.accept }),
        // A store behind a redirect gets no registry's secrets.
        ...(authorization === undefined || url.origin !== origin ? {} : { Authorization: authorization }),
      }
      const answer = await transport.send({ method: question.method ?? 'GET', url, headers, anyCertificate: insecure })
      const location = answer.headers.location
      if (answer.status < 300 || answer.status >= 400 || location === undefined) return { ...answer, url }
      if (redirects >= MAX_REDIRECTS || !URL.canParse(location, url.href))
        throw invalidAnswer(host, registry, 'it redirects without end')
      url = new URL(location, url)
    }
  }

  async function scheme(): Promise<'http' | 'https'> {
    if (!insecure) return 'https'
    const known = memory.schemes.get(registry) ?? (await probeScheme(transport, registry))
    memory.schemes.set(registry, known)
    return known
  }

  async function authorize(challenge: Challenge): Promise<string> {
    const credentials = await readCredentials(host, registry, signal)
    const basic =
      credentials === null || credentials.isIdentityToken
        ? undefined
        : `Basic ${Buffer.from(`${credentials.user}:${credentials.reveal()}`).toString('base64')}`
    if (challenge.scheme === 'basic') {
      if (basic === undefined) throw unauthorized(host, registry, repository, false)
      return basic
    }
    if (!insecure && !challenge.realm.startsWith('https:'))
      throw invalidAnswer(host, registry, 'it asks for the password over plain HTTP')
    const refresh = credentials?.isIdentityToken ? credentials.reveal() : undefined
    const answer = await transport.send({
      method: refresh === undefined ? 'GET' : 'POST',
      url: refresh === undefined ? tokenUrl(challenge, scope) : new URL(challenge.realm),
      headers: {
        ...(basic === undefined ? {} : { Authorization: basic }),
        ...(refresh === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
      ...(refresh === undefined ? {} : { body: refreshBody(challenge, scope, refresh) }),
      anyCertificate: insecure,
    })
    if (answer.status >= 400) throw toStatusError(host, registry, repository, answer, credentials !== null)
    const { token, lifetimeMs } = parseAnswer(host, registry, answer.body, tokenAnswerSchema)
    memory.tokens.set(tokenKey, { authorization: `Bearer ${token}`, untilMs: performance.now() + lifetimeMs })
    return `Bearer ${token}`
  }

  function knownToken(): string | undefined {
    const known = memory.tokens.get(tokenKey)
    return known !== undefined && known.untilMs > performance.now() ? known.authorization : undefined
  }

  return {
    async ask(question) {
      const first = await send(question, knownToken())
      if (first.status !== 401) return settle(first, false)
      const challenge = parseChallenge(first.headers['www-authenticate'])
      if (challenge === null) throw unauthorized(host, registry, repository, false)
      return settle(await send(question, await authorize(challenge)), true)
    },
    close: () => transport.close(),
  }

  function settle<Answer extends RegistryAnswer>(answer: Answer, signedIn: boolean): Answer {
    if (answer.status < 400 || answer.status === 404) return answer
    throw toStatusError(host, registry, repository, answer, signedIn)
  }
}

/** Engines take plain HTTP from such registries, but some speak TLS with a certificate of their own. */
async function probeScheme(transport: RegistryTransport, registry: string): Promise<'http' | 'https'> {
  const probe = (scheme: 'http' | 'https') =>
    transport.send({ method: 'GET', url: new URL(`${scheme}://${registry}/v2/`), headers: {}, anyCertificate: true })
  try {
    const answer = await probe('http')
    const isTls = answer.status === 400 && /https/i.test(answer.body.toString())
    return isTls ? 'https' : 'http'
  } catch (error) {
    // A TLS port says nothing sensible to plain HTTP; a port where nobody listens fails both ways.
    const secured = await probe('https').catch(() => null)
    if (secured === null) throw error
    return 'https'
  }
}

/** Parses JSON by a schema, or says that the registry answers in no known form. */
export function parseAnswer<T>(host: Host, registry: string, body: Buffer, schema: { parse(value: unknown): T }): T {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')))
  } catch (error) {
    throw invalidAnswer(host, registry, 'the answer has no form that Slipway knows', error)
  }
}

/** Whether bytes are what a digest names. */
export function matchesDigest(body: Buffer, digest: string): boolean {
  const [algorithm = '', hex] = digest.split(':')
  return createHash(algorithm).update(body).digest('hex') === hex
}

export function invalidAnswer(host: Host, registry: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    'registry.invalid-answer',
    `What the registry ${registry} answers ${host.label} is of no use: ${why}.`,
    {
      hint: 'A proxy or a sign-in page in between often answers instead of the registry.',
      state: 'Which versions exist could not be checked.',
      cause,
    },
  )
}

function unauthorized(host: Host, registry: string, repository: string, signedIn: boolean): SlipwayError {
  return new SlipwayError(
    'registry.unauthorized',
    signedIn
      ? `The registry ${registry} refuses the account of ${host.label} access to ${repository}.`
      : `The registry ${registry} asks for a sign-in for ${repository}, and ${host.label} has none.`,
    {
      hint: `Run \`docker login ${registry}\` on the host as the user that Slipway connects as.`,
      state: 'Which versions exist could not be checked.',
    },
  )
}

function toStatusError(
  host: Host,
  registry: string,
  repository: string,
  answer: RegistryAnswer,
  signedIn: boolean,
): SlipwayError {
  const { status, headers } = answer
  const details = { status: String(status), answer: answer.body.toString('utf8', 0, 500) }
  if (status === 401 || status === 403) return unauthorized(host, registry, repository, signedIn)
  if (status === 404) return notFound(host, registry, repository)
  if (status === 429) {
    const wait = headers['retry-after']
    return new SlipwayError(
      'registry.rate-limited',
      `The registry ${registry} lets ${host.label} ask no more for now.`,
      {
        hint:
          wait === undefined
            ? 'Wait, or sign in with `docker login` on the host.'
            : `It allows the next request in ${wait} s.`,
        state: 'Which versions exist could not be checked.',
        retryable: true,
        details: { ...details, ...(wait === undefined ? {} : { 'retry-after': wait }) },
      },
    )
  }
  if (status >= 500) {
    return new SlipwayError(
      'registry.unreachable',
      `The registry ${registry} is out of order: it answers HTTP ${status}.`,
      {
        hint: 'Try again later, or look at the registry.',
        state: 'Which versions exist could not be checked.',
        retryable: true,
        details,
      },
    )
  }
  return invalidAnswer(host, registry, `HTTP ${status}`)
}

export function notFound(host: Host, registry: string, repository: string): SlipwayError {
  return new SlipwayError(
    'registry.not-found',
    `The registry ${registry} has no repository ${repository}, asked from ${host.label}.`,
    {
      hint: 'Look at the image’s name in the Compose file, or whether it is private and needs `docker login`.',
      state: 'Which versions exist could not be checked.',
    },
  )
}
