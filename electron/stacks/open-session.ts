import { createCompose } from '../docker/compose-cli.ts'
import { createEngine } from '../docker/engine-client.ts'
import { createRegistry } from '../docker/registry-client.ts'
import type { Host } from '../hosts/host.ts'
import type { HostSession } from './stack.ts'

/** Everything that talks to one host. Opens nothing: connections are made when first asked for. */
export function openSession(host: Host): HostSession {
  const engine = createEngine(host)
  return { host, engine, compose: createCompose(host, engine), registry: createRegistry(host, engine) }
}
