import { hashKey, useQuery } from '@tanstack/react-query'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackDetail, StackRef } from '../../shared/contract/stacks.ts'
import { orpc } from './client.ts'
import { useHost, useStack } from './use-hosts.ts'

/** A registry is asked that often at most without being told to: it counts and limits. */
const VERSIONS_FRESH_MS = 5 * 60_000
/** Going from tab to tab is no reason to read the journals on the host again. */
const HISTORY_FRESH_MS = 10_000

/** What the registry says for a choice of services; asked anew when other images run, under the same tags too. */
export function useVersions(stack: Pick<StackDetail, 'ref' | 'services'>, chosen: readonly string[], enabled: boolean) {
  const options = orpc.stack.versions.queryOptions({ input: { ...stack.ref, services: [...chosen] } })
  const running = stack.services.map(({ name, containers }) => [
    name,
    ...new Set(containers.map(({ imageReference, imageId }) => `${imageReference} ${imageId}`)),
  ])
  return useQuery({ ...options, queryKey: [...options.queryKey, running], enabled, staleTime: VERSIONS_FRESH_MS })
}

/** Changes when an operation begins, ends, or goes stale, and when the host comes or goes: then the host is read again. */
function useOperationMark(ref: StackRef): string {
  const operation = useStack(ref).data?.operation
  const status = useHost(ref.hostId)?.status.kind
  return `${status === 'connected'} ${operation?.id ?? ''} ${operation?.stale ?? ''}`
}

/** The stack's operations, newest first as the host tells them. */
export function useHistory(ref: StackRef) {
  const options = orpc.history.list.queryOptions({ input: ref })
  const mark = useOperationMark(ref)
  return useQuery({
    ...options,
    queryKey: [...options.queryKey, mark],
    staleTime: HISTORY_FRESH_MS,
    // The last picture of the same stack, never that of another.
    placeholderData: (previous, query) =>
      hashKey(query?.queryKey.slice(0, -1) ?? []) === hashKey(options.queryKey) ? previous : undefined,
  })
}

/** The stack's backup sets, newest first: each operation makes one. */
export function useBackups(ref: StackRef) {
  const options = orpc.backup.list.queryOptions({ input: ref })
  const mark = useOperationMark(ref)
  return useQuery({ ...options, queryKey: [...options.queryKey, mark], staleTime: HISTORY_FRESH_MS })
}

/** What restores have replaced and is still kept. */
export function useReplaced(ref: StackRef) {
  const options = orpc.replaced.list.queryOptions({ input: ref })
  const mark = useOperationMark(ref)
  return useQuery({ ...options, queryKey: [...options.queryKey, mark], staleTime: HISTORY_FRESH_MS })
}

/** Who holds the stack's lock now. */
export function useLock(ref: StackRef) {
  const options = orpc.operation.lock.queryOptions({ input: ref })
  const mark = useOperationMark(ref)
  return useQuery({ ...options, queryKey: [...options.queryKey, mark] })
}

/** The newest operation, when it was left unfinished. An older one that a later operation passed by is history. */
export function findInterrupted(operations: readonly OperationSummary[]): OperationSummary | null {
  const newest = operations.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0]
  return newest?.outcome === 'interrupted' ? newest : null
}
