import { randomBytes } from 'node:crypto'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Host, HostFacts, SocketTarget } from '../hosts/host.ts'
import { chooseEndpoint, FIND_ENDPOINT_SCRIPT, parseEndpointFindings } from './endpoint-findings.ts'
import { compareApi, OLDEST_API } from './engine-api.ts'
import { type ClosedWays, diagnoseEngine } from './engine-diagnosis.ts'
import { dialTarget, type Endpoint, type EngineRoute, probeTarget, socketPathOf } from './engine-route.ts'

/** Profiles of login shells may take a while; one that hangs is ended by the script itself after 5 s. */
const FIND_TIMEOUT_MS = 15_000

/**
 * Finds the engine of a host and a way to it, each proven by a ping: the socket itself, `docker system
 * dial-stdio`, the same by sudo where the user chose that. Throws the `docker.*` code that says what is wrong.
 */
export async function locateEngine(host: Host): Promise<EngineRoute> {
  // A command first: unlike `connect`, it does not cut short the pause of a host that is being reconnected to.
  const endpoint = await findEndpoint(host)
  const facts = await host.connect()
  const closed: { -readonly [way in keyof ClosedWays]: unknown } = { direct: null, dial: null, sudo: null }

  for (const way of possibleWays(host, facts, endpoint)) {
    const probe = await probeTarget(host, way.target)
    if ('apiVersion' in probe) {
      const { kind, target } = way
      return checkApi(host, { kind, endpoint, target, apiVersion: probe.apiVersion, limited: way.name !== 'direct' })
    }
    throwWhenLost(probe.error)
    closed[way.name] = probe.error
  }
  throw await diagnoseEngine(host, facts, endpoint, closed)
}

async function findEndpoint(host: Host): Promise<Endpoint> {
  if (host.kind === 'local' && process.platform === 'win32') {
    return { url: 'npipe:////./pipe/docker_engine', source: 'default' }
  }
  const marker = `slipway-${randomBytes(8).toString('hex')}`
  const { stdout } = await host.exec(['sh', '-c', FIND_ENDPOINT_SCRIPT, 'sh', marker], {
    timeoutMs: FIND_TIMEOUT_MS,
    // What it cannot find it leaves out, and the default remains.
    okCodes: 'any',
  })
  return chooseEndpoint(parseEndpointFindings(stdout, marker), host.label)
}

interface Way {
  readonly name: keyof ClosedWays
  readonly kind: EngineRoute['kind']
  readonly target: SocketTarget
}

function possibleWays(host: Host, facts: HostFacts, endpoint: Endpoint): Way[] {
  const ways: Way[] = []
  const path = socketPathOf(endpoint)
  const isLocal = host.kind === 'local'
  if (path !== null) ways.push({ name: 'direct', kind: isLocal ? 'local-socket' : 'stream-local', target: { path } })
  if (facts.dockerPath === null) return ways
  if (!isLocal || path === null) {
    ways.push({ name: 'dial', kind: 'dial-stdio', target: dialTarget(facts.dockerPath, endpoint, false) })
  }
  if (host.usesSudo) {
    ways.push({ name: 'sudo', kind: 'sudo-dial-stdio', target: dialTarget(facts.dockerPath, endpoint, true) })
  }
  return ways
}

/** A lost host is no news about its engine. */
function throwWhenLost(error: unknown): void {
  if (isSlipwayError(error) && (error.code === 'host.connection-lost' || error.code === 'host.not-connected'))
    throw error
}

function checkApi(host: Host, route: EngineRoute): EngineRoute {
  if (compareApi(route.apiVersion, OLDEST_API) >= 0) return route
  throw new SlipwayError(
    'docker.api-too-old',
    `The Docker engine on ${host.label} speaks API ${route.apiVersion}; Slipway needs ${OLDEST_API} (Docker 20.10) or newer.`,
    { hint: 'Upgrade Docker Engine on the host.', details: { apiVersion: route.apiVersion } },
  )
}
