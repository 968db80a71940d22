import type { Container } from '../docker/engine.ts'
import { isOneOff, LABELS } from '../stacks/discovery.ts'
import { readContainers } from '../stacks/read-containers.ts'
import type { Stack } from '../stacks/stack.ts'

/** The containers of some services as they are this moment, by service; leftovers and one-off runs left out. */
export async function readServices(
  { session, ref }: Pick<Stack, 'session' | 'ref'>,
  services: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly Container[]>>> {
  const labels = [`${LABELS.project}=${ref.project}`]
  const rows = await session.engine.listContainers({ labels, all: true }, { signal })
  const wanted = rows.filter((row) => !isOneOff(row.labels) && services.includes(row.labels[LABELS.service] ?? ''))
  const { containers } = await readContainers(session.engine, wanted, signal)
  return containers
}
