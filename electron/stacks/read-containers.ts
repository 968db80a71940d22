import { isSlipwayError } from '../../shared/errors.ts'
import type { Container, ContainerRow, Engine } from '../docker/engine.ts'
import { isLeftover, LABELS } from './discovery.ts'

export interface StackContainers {
  /** By service, in the order of their numbers; also of services that the model no longer has. */
  readonly containers: Readonly<Record<string, readonly Container[]>>
  /** What an interrupted recreate left behind. */
  readonly leftovers: readonly Container[]
}

/** Inspects the containers of a project. One that goes away meanwhile is left out. */
export async function readContainers(
  engine: Engine,
  rows: readonly ContainerRow[],
  signal?: AbortSignal,
): Promise<StackContainers> {
  const inspected = await Promise.all(rows.map((row) => inspect(engine, row.id, signal)))
  const present = inspected.filter((container) => container !== null)
  const byService: Record<string, Container[]> = {}
  for (const container of present.filter(({ name }) => !isLeftover(name)).sort(byNumber)) {
    const service = container.labels[LABELS.service] ?? ''
    byService[service] = [...(byService[service] ?? []), container]
  }
  return { containers: byService, leftovers: present.filter(({ name }) => isLeftover(name)) }
}

async function inspect(engine: Engine, id: string, signal?: AbortSignal): Promise<Container | null> {
  try {
    return await engine.inspectContainer(id, signal ? { signal } : {})
  } catch (error) {
    if (isSlipwayError(error) && error.code === 'docker.not-found') return null
    throw error
  }
}

function byNumber(a: Container, b: Container): number {
  return Number(a.labels[LABELS.number] ?? 0) - Number(b.labels[LABELS.number] ?? 0)
}
