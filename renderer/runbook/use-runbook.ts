import { useQuery } from '@tanstack/react-query'
import type { StackDetail } from '../../shared/contract/stacks.ts'
import { client, orpc } from '../lib/client.ts'
import { useOnChange } from '../lib/use-on-change.ts'

/** A stack's runbook, read again when another one counts, it was edited, another version runs, or services come and go. */
export function useRunbook({ ref, runbook, version, services }: StackDetail, enabled: boolean) {
  const options = orpc.runbook.view.queryOptions({ input: ref })
  const mark = [runbook.source, runbook.id, runbook.sha256, runbook.problems.length, version, services.length]
  return useQuery({
    ...options,
    queryKey: [...options.queryKey, ...mark],
    enabled,
    refetchOnMount: 'always',
    // While it is read again the page keeps its place.
    placeholderData: (previous) => previous,
  })
}

/** A file that was edited on this computer counts for the stack at once, not only with the next look at it. */
export function useRunbookEdits({ ref }: StackDetail) {
  const { data } = useQuery(orpc.runbook.list.queryOptions())
  const mark = data && JSON.stringify([data.runbooks.map(({ sha256 }) => sha256), data.problems])
  useOnChange(mark ?? null, () => void client.stack.refresh(ref).catch(() => undefined))
}
