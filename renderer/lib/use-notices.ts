import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Notice } from '../../shared/contract/monitor.ts'
import { client, orpc } from './client.ts'
import { useReducedWatch } from './use-watch.ts'

/** Only the newest are told by a toast; the list has all. */
const MOST_KEPT = 50

/** What was told since this page opened, oldest first. */
export function useToldNotices(): readonly Notice[] | null {
  const told = useReducedWatch<Notice, readonly Notice[]>(['notice.watch'], {
    open: (signal) => client.notice.watch(undefined, { signal }),
    reduce: (previous, notice) => [...(previous ?? []), notice].slice(-MOST_KEPT),
  })
  return told.data
}

/** The notices that are kept, newest first; read again as new ones are told. */
export function useNotices() {
  const queries = useQueryClient()
  const newest = useToldNotices()?.at(-1)?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new notice makes the list longer
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: orpc.notice.list.key() })
  }, [newest])
  return useQuery(orpc.notice.list.queryOptions({ input: { ref: null } }))
}
