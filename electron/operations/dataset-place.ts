import { SlipwayError } from '../../shared/errors.ts'
import type { DatasetOf } from '../../shared/runbook/data-schema.ts'
import type { Container } from '../docker/engine.ts'
import type { Stack } from '../stacks/stack.ts'

/** Where a data set's file really is. */
export interface DatasetPlace {
  readonly dataset: DatasetOf<'sqlite'>
  readonly container: Container
  /** `docker run --volume` value that shows the data where the service sees it. */
  readonly mount: string
  /** Named volume; null for a folder of the host. */
  readonly volume: string | null
}

/** Finds the mount a data set's file is in. Data outside of any mount would be lost with the container: `backup.failed`. */
export function placeDataset(stack: Stack, dataset: DatasetOf<'sqlite'>): DatasetPlace {
  const container = stack.containers[dataset.service]?.[0]
  if (container === undefined) {
    throw new SlipwayError(
      'backup.failed',
      `Service ${dataset.service} has no container, so where ${dataset.path} is stored is not known.`,
      {
        state: 'Nothing was changed.',
        hint: `Start it first: docker compose up -d ${dataset.service}`,
      },
    )
  }
  const mount = findMount(container, dataset.path)
  if (mount === undefined) {
    throw new SlipwayError(
      'backup.failed',
      `${dataset.path} of service ${dataset.service} is in no volume: it lives and dies with the container ${container.name}.`,
      {
        state: 'Nothing was changed.',
        hint: 'Put the database into a volume before upgrading: recreating the container would lose it.',
      },
    )
  }
  const volume = mount.type === 'volume' ? mount.name : null
  return { dataset, container, volume, mount: `${volume ?? mount.source}:${mount.destination}` }
}

/** The innermost mount above a path. */
function findMount(container: Container, path: string): Container['mounts'][number] | undefined {
  return container.mounts
    .filter(({ destination }) => path.startsWith(destination.endsWith('/') ? destination : `${destination}/`))
    .sort((a, b) => b.destination.length - a.destination.length)[0]
}

/** Services whose containers see the same data: all of them must stand still while it is replaced. */
export function servicesUsing(stack: Stack, place: DatasetPlace): string[] {
  const source = place.mount.slice(0, place.mount.lastIndexOf(':'))
  return Object.entries(stack.containers)
    .filter(([, containers]) =>
      containers.some(({ mounts }) => mounts.some((mount) => mount.name === source || mount.source === source)),
    )
    .map(([service]) => service)
}
