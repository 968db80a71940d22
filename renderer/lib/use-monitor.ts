import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Range } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { client, orpc, queryClient } from './client.ts'
import { useOnChange } from './use-on-change.ts'
import { useWatch, useWatchedWord } from './use-watch.ts'
import { isTrouble, worstOfFleet } from './worst-state.ts'

/** A picture that ends now grows old: taken anew about as often as one more pixel of it would differ. */
const RENEW_MS: Record<Range, number> = {
  '1h': 15_000,
  '24h': 30_000,
  '7d': 300_000,
  '30d': 600_000,
  '90d': 1_800_000,
  '1y': 3_600_000,
}

/** An incident that goes on grows worse, and its logs and unseen times are added, without another word of the fleet. */
const GOES_ON_MS = 15_000

const FLEET = ['monitor.watchFleet'] as const
const watchFleet = (signal: AbortSignal) => client.monitor.watchFleet(undefined, { signal })

/** Every stack of every host at a glance, live. */
export function useFleet() {
  return useWatch(FLEET, watchFleet)
}

/** The worst of all stacks as `down 2`, where that is trouble; the live picture moves on with every look. */
export function useTroubleWord(): string | null {
  return useWatchedWord(FLEET, watchFleet, (hosts) => {
    const worst = worstOfFleet(hosts)
    return isTrouble(worst) ? `${worst.state} ${worst.amount}` : null
  })
}

/** Changes when the stack's state does, or an incident begins or ends; null before it is known. */
function useStateMark({ hostId, project }: StackRef): string | null {
  return useWatchedWord(FLEET, watchFleet, (hosts) => {
    const stack = hosts.find((host) => host.hostId === hostId)?.stacks.find(({ ref }) => ref.project === project)
    return stack === undefined ? null : `${stack.state} ${stack.openIncident}`
  })
}

/** Figures of a stack over a range, renewed while somebody looks, and at once when its state changes. */
export function useMetrics(ref: StackRef, range: Range, { operations = true } = {}) {
  const options = orpc.monitor.metrics.queryOptions({ input: { ...ref, range, operations } })
  useRenewed(ref, orpc.monitor.metrics.key())
  return useQuery({ ...options, refetchInterval: RENEW_MS[range], placeholderData: keepPreviousData })
}

/** What went wrong with a stack, newest first. */
export function useIncidents(ref: StackRef) {
  useRenewed(ref, orpc.monitor.incidents.key())
  const options = orpc.monitor.incidents.queryOptions({ input: ref })
  return useQuery({
    ...options,
    refetchInterval: ({ state: { data } }) => (data?.some(({ end }) => end === null) ? GOES_ON_MS : false),
  })
}

/** One incident, as it stands. */
export function useIncident(ref: StackRef, id: string) {
  useRenewed(ref, orpc.monitor.incident.key())
  const options = orpc.monitor.incident.queryOptions({ input: { id } })
  return useQuery({
    ...options,
    refetchInterval: ({ state: { data } }) => (data?.end === null ? GOES_ON_MS : false),
  })
}

function useRenewed(ref: StackRef, queryKey: readonly unknown[]) {
  useOnChange(useStateMark(ref), () => void queryClient.invalidateQueries({ queryKey }))
}
