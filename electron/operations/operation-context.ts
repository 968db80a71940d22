import type { Owner, Plan } from '../../shared/contract/operations.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import type { Host } from '../hosts/host.ts'
import type { HostSession } from '../stacks/stack.ts'
import type { Attachments } from './attachments.ts'
import type { DockerCli } from './docker-cli.ts'
import type { Journal } from './journal.ts'
import type { Layout, OperationLayout } from './layout.ts'
import type { StackLock } from './lock.ts'
import type { OperationPorts } from './ports.ts'

/** Everything that the steps of one running operation share. */
export interface OperationContext {
  readonly plan: Plan
  readonly owner: Owner
  readonly ports: OperationPorts
  readonly host: Host
  readonly session: HostSession
  readonly cli: DockerCli
  readonly layout: Layout
  readonly files: OperationLayout
  readonly lock: StackLock
  readonly journal: Journal
  readonly attachments: Attachments
  readonly mask: Masker
}
