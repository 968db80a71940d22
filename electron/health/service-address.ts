import type { Container } from '../docker/engine.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

const ANY_ADDRESS = new Set(['0.0.0.0', '::', ''])

/**
 * The way from the host to a port of a container: as published, since that is what people use, else the
 * container's own address. Null where there is none.
 */
export function findAddress(container: Container, port: number): Address | null {
  return publishedAddress(container, port) ?? ownAddress(container, port)
}

/**
 * The same for a bare connection. The engine's proxy accepts one on a published port whether or not anybody listens
 * behind it, so the container's own address comes first.
 */
export function findBareAddress(container: Container, port: number): Address | null {
  return ownAddress(container, port) ?? publishedAddress(container, port)
}

function publishedAddress({ ports }: Container, port: number): Address | null {
  const bindings = ports.filter((one) => one.containerPort === port && one.protocol === 'tcp' && one.hostPort !== null)
  const binding = bindings.find(({ hostIp }) => !hostIp?.includes(':')) ?? bindings[0]
  if (binding === undefined || binding.hostPort === null) return null
  return { host: reachable(binding.hostIp ?? ''), port: binding.hostPort }
}

function reachable(hostIp: string): string {
  return ANY_ADDRESS.has(hostIp) ? '127.0.0.1' : hostIp
}

/** A container on the host's own network has no address: its ports are the host's. */
function ownAddress({ addresses, ports }: Container, port: number): Address | null {
  const [address] = Object.values(addresses)
  if (address !== undefined) return { host: address, port }
  return ports.length === 0 ? { host: '127.0.0.1', port } : null
}

/** As in a URL: an IPv6 address in brackets. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
