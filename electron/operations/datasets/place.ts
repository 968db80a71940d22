import { posix } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Container } from '../../docker/engine.ts'
import type { Stack } from '../../stacks/stack.ts'

/** Where a path in a service's container really is. */
export interface Place {
  readonly container: Container
  readonly path: string
  /** `docker run --volume` value that shows the data where the service sees it. */
  readonly mount: string
  /** Named volume; null for a folder of the host. */
  readonly volume: string | null
  /** Name of the volume, or folder of the host: what containers that share it have in common. */
  readonly source: string
  /** Where the mount begins in the container. */
  readonly destination: string
}

/** The first container of a service, running or not: `backup.failed` where there is none. */
export function requireContainer(stack: Stack, service: string): Container {
  const container = stack.containers[service]?.[0]
  if (container !== undefined) return container
  throw new SlipwayError('backup.failed', `Service ${service} has no container, so its data cannot be found.`, {
    state: 'Nothing was changed.',
    hint: `Start it first: docker compose up -d ${service}`,
  })
}

/** Finds the mount that a path is in. Data outside of any mount would be lost with the container: `backup.failed`. */
export function placePath(stack: Stack, service: string, path: string): Place {
  const container = requireContainer(stack, service)
  const mount = findMount(container, path)
  if (mount === undefined) {
    throw new SlipwayError(
      'backup.failed',
      `${path} of service ${service} is in no volume: it lives and dies with the container ${container.name}.`,
      {
        state: 'Nothing was changed.',
        hint: 'Put the data into a volume before upgrading: recreating the container would lose it.',
      },
    )
  }
  const volume = mount.type === 'volume' ? mount.name : null
  const source = volume ?? mount.source
  return { container, path, volume, source, destination: mount.destination, mount: `${source}:${mount.destination}` }
}

/** The data itself, whichever service sees it, and wherever it sees it. */
export function addressOf({ source, destination, path }: Place): string {
  return posix.join(source, posix.relative(destination, path))
}

/** The innermost mount that is the path, or above it. */
function findMount(container: Container, path: string): Container['mounts'][number] | undefined {
  return container.mounts
    .filter(({ destination }) => `${path}/`.startsWith(destination.endsWith('/') ? destination : `${destination}/`))
    .sort((a, b) => b.destination.length - a.destination.length)[0]
}

/** Services whose containers see the same volume or folder: all of them must stand still while it is replaced. */
export function sharersOf(stack: Stack, service: string, path: string): string[] {
  const container = stack.containers[service]?.[0]
  const mount = container === undefined ? undefined : findMount(container, path)
  if (mount === undefined) return [service]
  const source = mount.type === 'volume' ? mount.name : mount.source
  return Object.entries(stack.containers)
    .filter(([, containers]) =>
      containers.some(({ mounts }) => mounts.some((m) => m.name === source || m.source === source)),
    )
    .map(([name]) => name)
}
