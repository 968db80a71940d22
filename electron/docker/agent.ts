import { Agent, type AgentOptions, type ClientRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { inspect } from 'node:util'

/** More kept-alive channels than this gain nothing (the engine is the limit) and each costs a channel on the host. */
const REQUEST_SOCKETS = 8
/** Where each socket costs an SSH session: so many for calls, and for streams, that commands keep their share. */
const LIMITED_SOCKETS = 2

/**
 * An HTTP agent whose connections are sockets on a host's side. The socket is returned synchronously, since
 * Node counts against `maxSockets` only what exists already.
 */
class HostAgent extends Agent {
  readonly #open: () => Duplex
  #retired = false

  constructor(open: () => Duplex, options: AgentOptions) {
    super(options)
    this.#open = open
  }

  override createConnection(): Duplex {
    const socket = withSocketMethods(this.#open())
    // A request that ended already has taken its listeners off; a late error must not end the process.
    socket.on('error', ignore)
    return socket
  }

  /** An idle socket says nothing. One that does, or that ends (the engine was restarted), leaves the pool. */
  override keepSocketAlive(socket: Duplex): boolean {
    if (this.#retired || socket.destroyed || socket.readableEnded || socket.writableEnded) return false
    socket.on('end', destroySocket).on('data', destroySocket)
    return true
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    socket.off('end', destroySocket).off('data', destroySocket)
    super.reuseSocket(socket, request)
  }

  /** Closes what is idle; what is in use finishes and is not kept. */
  retire(): void {
    this.#retired = true
    for (const socket of Object.values(this.freeSockets).flat()) socket?.destroy()
  }

  /** HTTP libraries inspect their options with unlimited depth; without this that walks the whole SSH client. */
  [inspect.custom](): string {
    return 'HostAgent {}'
  }
}

function ignore(): void {}

/** What Node's agent calls on any socket that it reuses; streams that are none have no process to hold open. */
function withSocketMethods(socket: Duplex): Duplex {
  return 'ref' in socket ? socket : Object.assign(socket, { ref: () => socket, unref: () => socket })
}

function destroySocket(this: Duplex): void {
  this.destroy()
}

export interface Agents {
  /** For calls that answer and end: few kept-alive sockets, last used first. */
  readonly request: Agent
  /** For long answers (pull, events): a socket each, so that they never starve the calls. */
  readonly stream: Agent
  /** Closes idle sockets; requests under way finish. */
  retire(): void
}

/** How many streams may be open at once on a way to an engine; more of them wait. */
export function streamLimit(limited: boolean): number {
  return limited ? LIMITED_SOCKETS : Number.POSITIVE_INFINITY
}

/** Agents over the sockets that `open` gives. `limited` where each socket costs a session (`dial-stdio`). */
export function createAgents(open: () => Duplex, limited: boolean): Agents {
  const request = new HostAgent(open, {
    keepAlive: true,
    scheduling: 'lifo',
    maxSockets: limited ? LIMITED_SOCKETS : REQUEST_SOCKETS,
    maxFreeSockets: limited ? LIMITED_SOCKETS : REQUEST_SOCKETS,
  })
  const stream = new HostAgent(open, { keepAlive: false })
  return {
    request,
    stream,
    retire() {
      request.retire()
      stream.retire()
    },
  }
}
