import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import type { ImagePin, StackRef } from '../../shared/contract/stacks.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import type { Compose, ComposeModel, ComposeProject } from '../docker/compose.ts'
import type { Container, Engine } from '../docker/engine.ts'
import type { Registry } from '../docker/registry.ts'
import type { Host } from '../hosts/host.ts'
import type { LeftOut } from './fitting.ts'
import type { RunbookDocument, RunbookSource } from './runbook-document.ts'

/** Everything that belongs to one host, handed to whatever works on it. */
export interface HostSession {
  readonly host: Host
  readonly engine: Engine
  readonly compose: Compose
  readonly registry: Registry
}

/** A stack as read at one moment: model, containers and the runbook bound to it. Immutable; read again to refresh. */
export interface Stack {
  readonly ref: StackRef
  readonly session: HostSession
  readonly project: ComposeProject
  readonly model: ComposeModel
  /** As it holds for this stack: see `fitRunbook`. */
  readonly runbook: Runbook
  /** As it was written, and what does not count here. */
  readonly binding: {
    readonly written: Runbook
    /** The files that it is made of, nearest first; none for one that was derived. */
    readonly layers: readonly RunbookDocument[]
    /** Why the runbook in the stack's own directory is not the one that counts. */
    readonly problems: readonly RunbookProblem[]
    readonly leftOut: readonly LeftOut[]
    /** Services that the runbook needs and the stack does not have. */
    readonly missing: readonly string[]
  }
  readonly runbookSource: RunbookSource | 'generic'
  /** Containers of the project by service; leftovers of half-done recreates are in `leftovers`. */
  readonly containers: Readonly<Record<string, readonly Container[]>>
  readonly leftovers: readonly Container[]
  /**
   * Of services with containers that the model lacks: those that the files have, under an inactive profile;
   * null: that cannot be told.
   */
  readonly inactiveServices: readonly string[] | null
  /** For each service with an image. */
  readonly pins: Readonly<Record<string, ImagePin>>
  readonly configHashes: Readonly<Record<string, string>>
  /** `.slipway` in the project directory. */
  readonly slipwayDirectory: string
}
