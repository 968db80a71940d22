import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackDetail, Versions } from '../../shared/contract/stacks.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import { chooseOffer, describeStanding, type Offer, type Standing } from './version-offer.ts'

/** What makes sense to do with a stack now: at most one thing is offered as primary. */
export type PrimaryAction =
  /** An operation is under way, here or on another laptop. */
  | { readonly kind: 'view-operation'; readonly operationId: string; readonly what: string }
  /** An operation was left unfinished: it is offered apart, and nothing else may start. */
  | { readonly kind: 'resolve-interrupted'; readonly operationId: string }
  | { readonly kind: 'upgrade'; readonly offer: Offer }
  /** Nothing is offered; only `up-to-date` says that nothing newer exists. */
  | { readonly kind: 'standing'; readonly standing: Standing; readonly checkedAt: string }
  | { readonly kind: 'could-not-check'; readonly error: ErrorShape }
  | { readonly kind: 'checking' }
  | { readonly kind: 'none' }

interface Picture {
  readonly stack: Pick<StackDetail, 'operation' | 'error'>
  readonly interrupted: OperationSummary | null
  readonly connected: boolean
  /** Null while the registry is being asked. */
  readonly versions: Versions | null
  readonly versionsError: ErrorShape | null
}

/** Chooses the primary action. What could not be looked up or compared is never "up to date". */
export function choosePrimaryAction({
  stack,
  interrupted,
  connected,
  versions,
  versionsError,
}: Picture): PrimaryAction {
  if (interrupted) return { kind: 'resolve-interrupted', operationId: interrupted.id }
  if (stack.operation?.stale) return { kind: 'resolve-interrupted', operationId: stack.operation.id }
  if (stack.operation) {
    return { kind: 'view-operation', operationId: stack.operation.id, what: stack.operation.kind }
  }
  // Why it cannot be read is said beside; nothing can be done with it before that is mended.
  if (!connected || stack.error) return { kind: 'none' }
  if (versionsError) return { kind: 'could-not-check', error: versionsError }
  if (!versions) return { kind: 'checking' }
  if (versions.kind === 'unchecked') return { kind: 'could-not-check', error: versions.error }
  const offer = chooseOffer(versions)
  if (offer) return { kind: 'upgrade', offer }
  if (versions.services.length === 0) return { kind: 'none' }
  return { kind: 'standing', standing: describeStanding(versions.services), checkedAt: versions.checkedAt }
}
