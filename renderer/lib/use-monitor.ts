import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { FleetStack, Range } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { client, orpc } from './client.ts'
import { useWatch } from './use-watch.ts'

/** A picture that ends now grows old: taken anew about as often as one more pixel of it would differ. */
const RENEW_MS: Record<Range, number> = { '1h': 15_000, '24h': 30_000, '7d': 300_000, '30d': 600_000 }

/** Every stack of every host at a glance, live. */
export function useFleet() {
  return useWatch(['monitor.watchFleet'], (signal) => client.monitor.watchFleet(undefined, { signal }))
}

/** One stack out of the live picture; undefined before it is known. */
export function useFleetStack(ref: StackRef): FleetStack | undefined {
  return useFleet()
    .data?.find(({ hostId }) => hostId === ref.hostId)
    ?.stacks.find((stack) => stack.ref.project === ref.project)
}

/** Figures of a stack over a range, renewed while somebody looks, and at once when its state changes. */
export function useMetrics(ref: StackRef, range: Range) {
  const options = orpc.monitor.metrics.queryOptions({ input: { ...ref, range } })
  useRenewed(ref, orpc.monitor.metrics.key())
  return useQuery({ ...options, refetchInterval: RENEW_MS[range], placeholderData: keepPreviousData })
}

/** What went wrong with a stack, newest first. */
export function useIncidents(ref: StackRef) {
  useRenewed(ref, orpc.monitor.incidents.key())
  return useQuery(orpc.monitor.incidents.queryOptions({ input: ref }))
}

/** One incident, as it stands. */
export function useIncident(ref: StackRef, id: string) {
  useRenewed(ref, orpc.monitor.incident.key())
  return useQuery(orpc.monitor.incident.queryOptions({ input: { id } }))
}

function useRenewed(ref: StackRef, queryKey: readonly unknown[]) {
  const queries = useQueryClient()
  const stack = useFleetStack(ref)
  const mark = `${stack?.state} ${stack?.openIncident}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark says when, the key what
  useEffect(() => {
    void queries.invalidateQueries({ queryKey })
  }, [mark])
}
