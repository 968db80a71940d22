import type { HostView } from '../../shared/contract/hosts.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { client } from './client.ts'
import { useWatch } from './use-watch.ts'

/** Every host, live. `data` is null until the first picture. */
export function useHosts() {
  return useWatch(['host.watchAll'], (signal) => client.host.watchAll(undefined, { signal }))
}

/** One host out of the live list; undefined when there is none of that id (or none yet). */
export function useHost(hostId: string): HostView | undefined {
  return useHosts().data?.find((host) => host.id === hostId)
}

/** The stacks of a host, live. */
export function useStacks(hostId: string) {
  return useWatch(['stack.watchAll', hostId], (signal) => client.stack.watchAll({ hostId }, { signal }))
}

/** One stack with its services, live. */
export function useStack(ref: StackRef) {
  return useWatch(['stack.watch', ref.hostId, ref.project], (signal) => client.stack.watch(ref, { signal }))
}
