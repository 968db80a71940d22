import type { Mark } from '../../shared/contract/monitor.ts'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import type { Host } from '../hosts/host.ts'
import type { OperationService } from './operation-service.ts'

/** Charts do not wait longer for the records of a stack, which lie on its host. */
const TIMEOUT_MS = 3_000

/** The operations of a stack as marks on its charts; none where its records cannot be read now. */
export async function readOperationMarks(operations: OperationService, host: Host, ref: StackRef): Promise<Mark[]> {
  if (host.status.kind !== 'connected') return []
  try {
    const history = await operations.history(ref, AbortSignal.timeout(TIMEOUT_MS))
    return history.operations.map(toMark)
  } catch {
    return []
  }
}

function toMark({ id, kind, startedAt, endedAt, fromVersion, toVersion }: OperationSummary): Mark {
  const title = fromVersion === toVersion ? kind : `${kind} ${fromVersion} → ${toVersion}`
  return { kind: 'operation', id, title, from: startedAt, to: endedAt }
}
