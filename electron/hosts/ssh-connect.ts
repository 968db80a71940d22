import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { Client, type ConnectConfig } from 'ssh2'
import type { SshHop, SshTarget } from '../../shared/contract/hosts.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Ask } from './ask.ts'
import { unusableCiphers } from './ciphers.ts'
import { decideHostKey, type HostKeyStore } from './host-key-store.ts'
import { joinWrites } from './joined-writes.ts'
import { fingerprintOf, keyTypeOf, orderHostKeyAlgorithms } from './known-hosts.ts'
import { prepareKeys } from './prepared-keys.ts'
import type { SecretKeeper } from './secret-keeper.ts'
import { SignIn } from './ssh-auth.ts'
import { translateSshError } from './ssh-errors.ts'

/** From the first packet to an agreed and checked host key; for a jump host to reach the next one, the same again. */
const HANDSHAKE_TIMEOUT_MS = 10_000
/** For the rest, with a person typing a password; sshd's own limit (LoginGraceTime) is 120 s. */
const READY_TIMEOUT_MS = 130_000
/** A dead connection is noticed after at most (count + 1) intervals. ssh2's default is never. */
const KEEPALIVE_INTERVAL_MS = 5_000
const KEEPALIVE_COUNT = 3

const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
]

export interface ConnectOptions {
  readonly target: SshTarget
  readonly ask: Ask
  readonly secrets: SecretKeeper
  readonly keys: HostKeyStore
  readonly signal: AbortSignal
  /** Overrides the keepalive for tests of dead networks. */
  readonly keepaliveIntervalMs?: number
}

/** Connects through every jump host to the target, each with its own host key check and sign-in. Outermost first. */
export async function connectChain(options: ConnectOptions): Promise<Client[]> {
  const hops = [...options.target.jumps, options.target]
  const clients: Client[] = []
  try {
    for (const [index, hop] of hops.entries()) {
      const previous = clients[index - 1]
      const openSocket = previous ? () => forward(previous, hop, options.signal) : null
      clients.push(await connectHop(hop, openSocket, index < hops.length - 1, options))
    }
    return clients
  } catch (error) {
    for (const client of clients.reverse()) {
      client.end()
      // A jump host that says nothing any more would never close its side.
      client.destroy()
    }
    throw error
  }
}

function addressOf(hop: SshHop): string {
  return `${hop.user}@${hop.hostname}:${hop.port}`
}

/** Nobody is called back when the target swallows packets, nor when the connection to the jump host dies. */
function forward(through: Client, hop: SshHop, signal: AbortSignal): Promise<Duplex> {
  let stop = () => {}
  const opened = new Promise<Duplex>((resolve, reject) => {
    const fail = (cause: Error) => reject(jumpFailed(hop, cause))
    const timer = setTimeout(() => fail(new Error('It did not answer in time')), HANDSHAKE_TIMEOUT_MS)
    const onAbort = () => reject(signal.reason)
    const onClose = () => fail(new Error('The connection to the jump host was closed'))
    signal.addEventListener('abort', onAbort)
    through.once('close', onClose)
    stop = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      through.off('close', onClose)
    }
    through.forwardOut('127.0.0.1', 0, hop.hostname, hop.port, (error, channel) =>
      error ? fail(error) : resolve(channel),
    )
  })
  return opened.finally(() => stop())
}

function jumpFailed({ hostname, port }: SshHop, cause: Error): SlipwayError {
  return new SlipwayError('host.jump-failed', `The jump host could not reach ${hostname}:${port}.`, {
    hint: 'Check that the address is right as seen from the jump host, and that it allows TCP forwarding.',
    retryable: true,
    cause,
  })
}

/**
 * Connects one hop. A key nobody knows yet ends the attempt before sign-in; the person is asked without an open
 * connection waiting, and only that very key is taken on the next attempt.
 */
async function connectHop(
  hop: SshHop,
  openSocket: (() => Promise<Duplex>) | null,
  isJump: boolean,
  options: ConnectOptions,
): Promise<Client> {
  let skipAgent = false
  for (;;) {
    options.signal.throwIfAborted()
    const outcome = await attempt(hop, openSocket ? await openSocket() : null, { ...options, isJump, skipAgent })
    if (outcome instanceof Client) return outcome
    if ('unknownKey' in outcome) await confirmHostKey(hop, outcome.unknownKey, options)
    else skipAgent = true
  }
}

async function confirmHostKey(hop: SshHop, blob: Buffer, { ask, keys, signal }: ConnectOptions): Promise<void> {
  const question = { algorithm: keyTypeOf(blob), fingerprint: fingerprintOf(blob) }
  const answer = await ask({ kind: 'host-key', address: `${hop.hostname}:${hop.port}`, ...question }, signal)
  if (answer.kind === 'host-key' && answer.accept) return keys.trust(hop.hostname, hop.port, blob)
  throw new SlipwayError('host.key-rejected', `The host key of ${hop.hostname}:${hop.port} was not accepted.`, {
    state: 'Slipway did not sign in.',
    hint: 'Compare the fingerprint on the host with: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
  })
}

type Attempt =
  | Client
  | { readonly unknownKey: Buffer }
  /** The server hung up over the many keys of the agent; what comes after the agent was not tried. */
  | { readonly tooManyKeys: true }

interface AttemptOptions extends ConnectOptions {
  readonly isJump: boolean
  readonly skipAgent: boolean
}

async function attempt(hop: SshHop, sock: Duplex | null, options: AttemptOptions): Promise<Attempt> {
  const entries = await options.keys.entries()
  const address = addressOf(hop)
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const { ask, secrets, skipAgent } = options
  const signIn = new SignIn({ hop, address, ask, secrets, signal, skipAgent })
  const client = new Client()
  client.on('handshake', () => prepareKeys(client))
  let unknownKey: Buffer | null = null
  let refusal: unknown = null

  const config: ConnectConfig = {
    sock: joinWrites(sock ?? connectTcp({ host: hop.hostname, port: hop.port })),
    username: hop.user,
    readyTimeout: READY_TIMEOUT_MS,
    keepaliveInterval: options.keepaliveIntervalMs ?? KEEPALIVE_INTERVAL_MS,
    keepaliveCountMax: KEEPALIVE_COUNT,
    algorithms: {
      serverHostKey: orderHostKeyAlgorithms(entries, hop.hostname, hop.port, HOST_KEY_ALGORITHMS) as never,
      cipher: { remove: [...unusableCiphers()], append: [], prepend: [] } as never,
      ...(options.target.compression ? { compress: ['zlib@openssh.com', 'none'] as never } : {}),
    },
    hostVerifier: (blob: Buffer) => {
      const decision = decideHostKey(entries, hop, blob)
      if (decision.kind === 'ask') unknownKey = decision.blob
      if (decision.kind === 'refuse') refusal = decision.error
      return decision.kind === 'accept'
    },
    authHandler: ((left, partial, next) =>
      signIn.handler(left, partial, next as never, (error) => {
        refusal = error
      })) as NonNullable<ConnectConfig['authHandler']>,
  }

  try {
    await ready(client, config, options.signal)
  } catch (error) {
    client.destroy()
    // A question that stands open is about a connection that is no more.
    over.abort(error)
    if (unknownKey) return { unknownKey }
    if (refusal) throw refusal
    if (isSlipwayError(error)) throw error
    if (isTooManyFailures(error) && signIn.usedAgent) return { tooManyKeys: true }
    if (isTooManyFailures(error) || levelOf(error) === 'client-authentication') throw signIn.refusal(error)
    throw translateSshError(error, { address, isJump: options.isJump })
  }
  client.setNoDelay(true)
  await signIn.succeeded()
  return client
}

function levelOf(error: unknown): unknown {
  return error instanceof Error && 'level' in error ? error.level : undefined
}

/** sshd ends the connection after MaxAuthTries with reason 2 of RFC 4253, which it gives for other faults as well. */
function isTooManyFailures(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 2 && /authentication failures/i.test(error.message)
}

/** Resolves when signed in. A connection that closes without an error is a failure too. */
function ready(client: Client, config: ConnectConfig, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      fail(Object.assign(new Error('No handshake in time'), { level: 'client-timeout' }))
    }, HANDSHAKE_TIMEOUT_MS)
    const onAbort = () => fail(signal.reason)
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      client.off('error', fail)
      client.off('close', onClose)
      // Late errors of a connection that is being torn down must not crash the process.
      client.on('error', () => {})
    }
    const fail = (error: unknown) => {
      settle()
      reject(error)
    }
    const onClose = () => fail(Object.assign(new Error('closed before sign-in was done'), { code: 'ECONNRESET' }))
    signal.addEventListener('abort', onAbort)
    client.once('handshake', () => clearTimeout(timer))
    client.on('error', fail)
    client.once('close', onClose)
    client.once('ready', () => {
      settle()
      resolve()
    })
    client.connect(config)
  })
}
