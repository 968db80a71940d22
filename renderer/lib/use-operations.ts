import { useQuery } from '@tanstack/react-query'
import type { StackDetail, StackRef } from '../../shared/contract/stacks.ts'
import { orpc } from './client.ts'
import { readBesideHistoryAgain, readJournalsAgain } from './journals.ts'
import { contradicts } from './unfinished.ts'
import { useHost, useStack } from './use-hosts.ts'
import { useOnChange } from './use-on-change.ts'

/** A registry is asked that often at most without being told to: it counts and limits. */
const VERSIONS_FRESH_MS = 5 * 60_000
/** Going from tab to tab is no reason to read the journals on the host again. */
const JOURNALS_FRESH_MS = 10_000
/** How soon to look again where records and picture tell different things of what runs. */
const CONTRADICTION_MS = 2_000

type VersionedStack = Pick<StackDetail, 'ref' | 'services' | 'error'>

/**
 * What the registry says for a choice of services; asked anew when other images run, under the same tags too. Not asked
 * while the stack cannot be read: its files say what to ask for.
 */
export function useVersions(stack: VersionedStack, chosen: readonly string[], isWanted: boolean) {
  const options = orpc.stack.versions.queryOptions({ input: { ...stack.ref, services: [...chosen] } })
  const running = stack.services.map(({ name, containers }) => [
    name,
    ...new Set(containers.map(({ imageReference, imageId }) => `${imageReference} ${imageId}`)),
  ])
  return useQuery({
    ...options,
    queryKey: [...options.queryKey, running],
    enabled: isWanted && stack.error === null,
    staleTime: VERSIONS_FRESH_MS,
  })
}

/** The stack's operations, newest first as the host tells them. */
export function useHistory(ref: StackRef) {
  return useQuery(historyOptions(ref))
}

function historyOptions(ref: StackRef) {
  return orpc.history.list.queryOptions({ input: ref, staleTime: JOURNALS_FRESH_MS })
}

/** The history for whoever frames a stack's pages. All its journals are read again when one of its operations begins or ends, and when the host comes or goes. */
export function useCurrentHistory(ref: StackRef) {
  const { data: stack } = useStack(ref)
  const history = useQuery({
    ...historyOptions(ref),
    // A short operation can be over before any picture shows it, and one of elsewhere be seen before it is recorded: then
    // no change of the picture tells of it. Here only, as each observer would read all journals at a pace of its own.
    refetchInterval: ({ state: { data } }) =>
      data && stack?.picture === 'current' && contradicts(data.operations, stack.operation) ? CONTRADICTION_MS : false,
  })
  const status = useHost(ref.hostId)?.status.kind
  const newest = history.data?.operations[0]
  const shown =
    stack && `${status === 'connected'} ${stack.operation?.id} ${stack.operation?.stale} ${stack.error === null}`
  useOnChange(shown ?? null, () => void readJournalsAgain())
  useOnChange(newest ? `${newest.id} ${newest.outcome}` : null, () => void readBesideHistoryAgain())
  return history
}

/** The stack's backup sets, newest first: each operation makes one. */
export function useBackups(ref: StackRef) {
  return useQuery(orpc.backup.list.queryOptions({ input: ref, staleTime: JOURNALS_FRESH_MS }))
}

/** What restores have replaced and is still kept. */
export function useReplaced(ref: StackRef) {
  return useQuery(orpc.replaced.list.queryOptions({ input: ref, staleTime: JOURNALS_FRESH_MS }))
}

/** Who holds the stack's lock now. */
export function useLock(ref: StackRef) {
  return useQuery(orpc.operation.lock.queryOptions({ input: ref }))
}
