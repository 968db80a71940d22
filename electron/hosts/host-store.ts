import type { HostTarget } from '../../shared/contract/hosts.ts'

/** A host as Slipway remembers it between starts. Holds no secret. */
export interface HostRecord {
  readonly id: string
  readonly label: string
  readonly target: HostTarget
  /** The remembered answer to "go by sudo?". */
  readonly usesSudo: boolean
}

/** Where hosts are remembered on this computer. */
export interface HostStore {
  list(): HostRecord[]
  save(record: HostRecord): void
  remove(id: string): void
}
