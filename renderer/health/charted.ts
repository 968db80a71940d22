import type { Mark, Segment } from '../../shared/contract/monitor.ts'

/** A part of the range that is looked at closer. */
export interface ZoomWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** What all charts of a page share. */
export interface Charted extends ZoomWindow {
  readonly times: readonly number[]
  readonly stepMs: number
  readonly segments: readonly Segment[]
  readonly marks: readonly Mark[]
}
