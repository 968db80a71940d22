import { Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { orpc } from '../lib/client.ts'

/** Whether Slipway watches this stack while nobody looks at it. */
export function WatchSwitch({ stackRef }: { readonly stackRef: StackRef }) {
  const queries = useQueryClient()
  const query = orpc.monitor.enabled.queryOptions({ input: stackRef })
  const enabled = useQuery(query)
  const change = useMutation(
    orpc.monitor.setEnabled.mutationOptions({
      meta: { announce: true },
      onSettled: () => queries.invalidateQueries({ queryKey: query.queryKey }),
    }),
  )
  if (!enabled.data) return null
  return (
    <Switch
      size="xs"
      label="Watched while Slipway runs"
      checked={change.isPending ? change.variables.enabled : enabled.data.enabled}
      onChange={(event) => change.mutate({ ...stackRef, enabled: event.currentTarget.checked })}
    />
  )
}
