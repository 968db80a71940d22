import type { Stack } from '../stacks/stack.ts'
import { datasetsOf } from './backup-set.ts'
import { placeDataset } from './dataset-place.ts'
import type { DockerCli } from './docker-cli.ts'
import { measureSqlite } from './sqlite-dataset.ts'

/** What a backup of a stack would take. */
export interface DataMeasure {
  readonly datasets: number
  readonly bytes: number
  /** Where the tools are from. */
  readonly tools: readonly string[]
}

/** Looks at every data set where it is. Throws what a backup would end with: a missing file, no tool. */
export async function measureData(
  stack: Stack,
  cli: DockerCli,
  operationId: string,
  signal: AbortSignal,
): Promise<DataMeasure> {
  const { host } = stack.session
  const measures = await Promise.all(
    datasetsOf(stack).map((dataset) => {
      const place = placeDataset(stack, dataset)
      return measureSqlite({ host, cli, operationId, place, image: place.container.imageId, signal })
    }),
  )
  return {
    datasets: measures.length,
    bytes: measures.reduce((sum, { bytes }) => sum + bytes, 0),
    tools: [...new Set(measures.map(({ tool }) => tool))],
  }
}
