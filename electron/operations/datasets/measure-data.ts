import type { Stack } from '../../stacks/stack.ts'
import type { DockerCli } from '../docker-cli.ts'
import { kindOf } from './kinds.ts'
import { datasetsOf } from './of-stack.ts'
import { QUESTION } from './throwaway-container.ts'

/** What a backup of a stack would take. */
export interface DataMeasure {
  readonly datasets: number
  readonly bytes: number
  /** Bytes by data set. */
  readonly sizes: Readonly<Record<string, number>>
  /** Which programs, and where they are from. */
  readonly tools: readonly string[]
  /** Why a backup would be an alarm, a sentence each. */
  readonly alarms: readonly string[]
}

/** Looks at every data set where it is, as a question. Throws what a backup would end with: a missing file, no tool. */
export async function measureData(stack: Stack, cli: DockerCli, signal: AbortSignal): Promise<DataMeasure> {
  const { host } = stack.session
  const measures = await Promise.all(
    datasetsOf(stack).map(async (dataset) => {
      const measure = await kindOf(dataset).measure({ host, cli, stack, dataset, operationId: QUESTION, signal })
      return { ...measure, dataset: dataset.id }
    }),
  )
  return {
    datasets: measures.length,
    bytes: measures.reduce((sum, { bytes }) => sum + bytes, 0),
    sizes: Object.fromEntries(measures.map(({ dataset, bytes }) => [dataset, bytes])),
    tools: [...new Set(measures.map(({ tool }) => tool))],
    alarms: measures.flatMap(({ alarm }) => (alarm === null ? [] : [alarm])),
  }
}
