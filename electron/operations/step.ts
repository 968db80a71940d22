import type { GateEvidence, LayerProgress, StepKind } from '../../shared/contract/operations.ts'

/** How a step tells what it does. */
export interface StepReport {
  readonly signal: AbortSignal
  /** Shown now and kept in the journal. */
  say(message: string): Promise<void>
  /** Shown now, gone with the next one. */
  show(message: string): void
  showLayers(layers: readonly LayerProgress[]): void
  showOutput(text: string): void
  addEvidence(evidence: GateEvidence): Promise<void>
  keep(name: string, title: string, text: string): Promise<void>
}

/** How a step ended when it did not fail. */
export type StepEnd =
  | {
      readonly kind: 'done'
      readonly message?: string
      /** What a resuming app or a later step needs to know; goes into the journal as it is. */
      readonly result?: Readonly<Record<string, unknown>>
      /** Set: it did not hold, and a person had said beforehand to go on, for this reason. */
      readonly passedOver?: string
    }
  | { readonly kind: 'skipped'; readonly message: string }

/**
 * One unit of an operation. It may be run again after an interruption at any point, so it looks first at what is
 * there. What takes it back is not held in memory: the rollback is derived from the journal, into which the
 * beginning of a step is written before it runs, so that a half-done step is undone too, by whoever comes.
 */
export interface Step {
  readonly id: string
  readonly kind: StepKind
  readonly title: string
  readonly service: string | null
  readonly phase: 'forward' | 'rollback'
  /** Steps that this one takes back. */
  readonly undoes: readonly string[]
  /** Shell commands that do the same by hand. Masked. */
  readonly commands: readonly string[]
  /** Whether the stack may differ once it has begun. */
  readonly changes: boolean
  /** A rollback goes on with the next step when this one fails, and reports it at the end. */
  readonly goOnAfterFailure?: boolean
  run(report: StepReport): Promise<StepEnd>
}
