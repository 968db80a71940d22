import type { GateEvidence } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import type { GateMemory } from '../health/gate-judge.ts'
import type { Stack } from '../stacks/stack.ts'
import type { Place } from './operation-files.ts'

/** What a gate or a smoke test found. Anything but `passed` is not passed. */
export interface GateOutcome {
  readonly verdict: 'passed' | 'failed' | 'unknown'
  /** In a sentence. */
  readonly reason: string
  readonly evidence: readonly GateEvidence[]
  readonly error: ErrorShape | null
  /** Set with an `unknown` of a smoke test of which nothing that uses the product is left on this stack. */
  readonly untested?: string
  /** What a gate saw at last. */
  readonly seen?: GateMemory | null
}

export interface GateRequest {
  readonly signal: AbortSignal
  /** The container must run this image. */
  readonly imageId: string
  /** `healthy for 4 of 10 s`. */
  readonly onProgress: (message: string) => void
  /** What a container logs that migrates when it starts. Masked. */
  readonly onOutput?: (text: string) => void
  /** Schema version by data set before the operation, where it is known. */
  readonly schemaBefore?: Readonly<Record<string, string>>
  /** The service returns to an older version. */
  readonly isReturn?: boolean
  /** Services whose turn is still to come. */
  readonly later?: readonly string[]
  /** The service has passed its gate, where this was seen: only whether that holds still is asked. */
  readonly seen?: GateMemory
}

/** What operations need from stacks and health, as functions, so that they can be tried with any stack. */
export interface OperationPorts {
  /** The stack as it is this moment, but that what an edited file includes can be seen up to a minute late. */
  readStack(ref: StackRef, signal?: AbortSignal): Promise<Stack>
  /** The same with every file read anew: before anything is planned or begun. */
  readStackAnew(ref: StackRef, signal?: AbortSignal): Promise<Stack>
  /** Where a stack's records are, also when its compose file cannot be read. */
  locate(ref: StackRef, signal?: AbortSignal): Promise<Place>
  /** Waits until a service is healthy and stays so, or its time is over. Throws only when cancelled or cut off. */
  runGate(stack: Stack, service: string, request: GateRequest): Promise<GateOutcome>
  /** The schema versions that are a service's business, held against what a version of it must have. */
  askSchemas(
    stack: Stack,
    service: string,
    request: {
      readonly before: Readonly<Record<string, string>>
      /** Where it is not the one that runs. */
      readonly version?: string
      readonly signal: AbortSignal
    },
  ): Promise<readonly GateEvidence[]>
  /** Null where the runbook has no smoke test. */
  runSmokeTest(stack: Stack, request: Pick<GateRequest, 'signal' | 'onProgress'>): Promise<GateOutcome | null>
  /** Called after each change that others should see: the health monitor, the list of stacks. */
  onChanged?(ref: StackRef): void
  /** The same where files were written. */
  onFilesChanged?(ref: StackRef): void
  /** Called with what is no expected failure, for the log. */
  onBug?(error: unknown): void
}
