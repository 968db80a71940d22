import type { HostTargetInput } from '../../shared/contract/hosts.ts'

/** What each way of adding a host hands over. */
export interface AddWayProps {
  readonly pending: boolean
  readonly onAdd: (label: string, target: HostTargetInput) => void
}
