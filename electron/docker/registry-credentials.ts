import { posix } from 'node:path'
import { z } from 'zod'
import { isSlipwayError } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'
import { credentialKey } from './resolve-reference.ts'

const HELPER_TIMEOUT_MS = 15_000
/** What a credential helper gives as the user name when the secret is an identity token. */
const TOKEN_USER = '<token>'

/** How a host signs in to a registry. Never logged, never sent to the renderer: it prints as `[redacted]`. */
export class RegistryCredentials {
  readonly server: string
  readonly user: string
  readonly #secret: string

  constructor(server: string, user: string, secret: string) {
    this.server = server
    this.user = user
    this.#secret = secret
  }

  /** The secret itself, for the one place that sends it. */
  reveal(): string {
    return this.#secret
  }

  get isIdentityToken(): boolean {
    return this.user === TOKEN_USER
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]'
  }
}

const configSchema = z.object({
  auths: z
    .record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
})
type DockerConfig = z.infer<typeof configSchema>

/**
 * The host's own credentials for a registry (`docker login` there), from `~/.docker/config.json` or the
 * credential helper that it names. Null: it has none, or they cannot be read, and the registry is asked without.
 */
export async function readCredentials(
  host: Host,
  registry: string,
  signal?: AbortSignal,
): Promise<RegistryCredentials | null> {
  const withSignal = signal === undefined ? {} : { signal }
  const { home } = await host.connect(withSignal)
  const config = await readConfig(host, posix.join(home, '.docker/config.json'), withSignal)
  const key = credentialKey(registry)
  const helper = config.credHelpers?.[registry] ?? config.credsStore
  return (helper === undefined ? null : await askHelper(host, helper, key, withSignal)) ?? fromAuths(config, registry)
}

async function readConfig(host: Host, path: string, options: { signal?: AbortSignal }): Promise<DockerConfig> {
  try {
    return configSchema.parse(JSON.parse((await host.files.read(path, options)).toString('utf8')))
  } catch (error) {
    const isOrdinary = error instanceof SyntaxError || error instanceof z.ZodError
    if (isOrdinary || (isSlipwayError(error) && error.code.startsWith('host.') && !isLost(error.code))) return {}
    throw error
  }
}

function isLost(code: string): boolean {
  return code === 'host.connection-lost' || code === 'host.not-connected' || code === 'host.timeout'
}

const helperAnswerSchema = z.object({ Username: z.string(), Secret: z.string() })

async function askHelper(
  host: Host,
  helper: string,
  key: string,
  options: { signal?: AbortSignal },
): Promise<RegistryCredentials | null> {
  // The name becomes part of a command's name; anything else is no helper.
  if (!/^[A-Za-z0-9._-]+$/.test(helper)) return null
  try {
    const { stdout, code } = await host.exec([`docker-credential-${helper}`, 'get'], {
      ...options,
      input: key,
      timeoutMs: HELPER_TIMEOUT_MS,
      okCodes: 'any',
    })
    const answer = code === 0 ? helperAnswerSchema.safeParse(JSON.parse(stdout)) : undefined
    return answer?.success ? new RegistryCredentials(key, answer.data.Username, answer.data.Secret) : null
  } catch (error) {
    if (error instanceof SyntaxError || (isSlipwayError(error) && error.code === 'host.command-missing')) return null
    throw error
  }
}

/** Older CLIs wrote the key as a URL. */
function fromAuths(config: DockerConfig, registry: string): RegistryCredentials | null {
  const key = credentialKey(registry)
  const entry = [key, `https://${registry}`, `http://${registry}`, `https://${registry}/v1/`, `https://${registry}/v2/`]
    .map((candidate) => config.auths?.[candidate])
    .find((candidate) => candidate !== undefined)
  if (entry === undefined) return null
  if (entry.identitytoken) return new RegistryCredentials(key, TOKEN_USER, entry.identitytoken)
  const plain = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .replaceAll('\0', '')
  const colon = plain.indexOf(':')
  return colon <= 0 ? null : new RegistryCredentials(key, plain.slice(0, colon), plain.slice(colon + 1))
}

/** Value of the engine's `X-Registry-Auth` header: base64url of JSON, with the padding that engines insist on. */
export function toAuthHeader(credentials: RegistryCredentials): string {
  const auth = credentials.isIdentityToken
    ? { identitytoken: credentials.reveal(), serveraddress: credentials.server }
    : { username: credentials.user, password: credentials.reveal(), serveraddress: credentials.server }
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
