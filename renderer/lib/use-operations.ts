import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { orpc, queryClient } from './client.ts'
import { useStack } from './use-hosts.ts'

/** What the registry says for a choice of services. Asked once, again on request: it costs the registry's limits. */
export function useVersions(ref: StackRef, services: readonly string[], enabled: boolean) {
  return useQuery(
    orpc.stack.versions.queryOptions({
      input: { ...ref, services: [...services] },
      enabled,
      staleTime: 5 * 60_000,
    }),
  )
}

/** The stack's operations, read again whenever one begins or ends. */
export function useHistory(ref: StackRef) {
  const operation = useStack(ref).data?.operation
  const mark = operation ? `${operation.id} ${operation.stale}` : ''
  const options = orpc.history.list.queryOptions({ input: ref })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the mark is the reason to ask again
  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: orpc.history.key() })
    void queryClient.invalidateQueries({ queryKey: orpc.operation.lock.key() })
  }, [mark])
  return useQuery(options)
}

/** The newest operation, when it was left unfinished. An older one that a later operation passed by is history. */
export function findInterrupted(operations: readonly OperationSummary[]): OperationSummary | null {
  const newest = operations.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0]
  return newest?.outcome === 'interrupted' ? newest : null
}
