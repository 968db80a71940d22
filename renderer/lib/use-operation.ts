import type { OperationEvent } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { client } from './client.ts'
import { readJournalsAgain } from './journals.ts'
import { type OperationProgress, reduceOperation } from './operation-progress.ts'
import { useOnChange } from './use-on-change.ts'
import { useReducedWatch } from './use-watch.ts'

/** The key under which an operation is watched, to open the watch anew. */
export function operationWatchKey(ref: StackRef, operationId: string): readonly string[] {
  return ['operation.watch', ref.hostId, ref.project, operationId]
}

/** One operation, live: its steps, the layers of its pull, its output. */
export function useOperation(ref: StackRef, operationId: string) {
  const progress = useReducedWatch<OperationEvent, OperationProgress>(operationWatchKey(ref, operationId), {
    open: (signal) => client.operation.watch({ ...ref, operationId }, { signal }),
    reduce: reduceOperation,
  })
  // Whoever goes from here to the history finds it ended there too.
  useOnChange(progress.data?.record?.outcome ?? null, () => void readJournalsAgain())
  return progress
}
