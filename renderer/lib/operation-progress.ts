import type { LayerProgress, OperationEvent, OperationRecord } from '../../shared/contract/operations.ts'

/** Older lines are dropped and counted: a chatty migration must not fill the page's memory. */
export const OUTPUT_LINE_LIMIT = 2000

/** One operation as its events tell it so far. */
export interface OperationProgress {
  readonly record: OperationRecord | null
  readonly cancellable: boolean
  readonly layers: Readonly<Record<string, readonly LayerProgress[]>>
  readonly output: OutputBuffer
}

export interface OutputBuffer {
  readonly lines: readonly string[]
  /** The last piece, as long as its line has not ended. */
  readonly partial: string
  readonly skippedLines: number
}

const EMPTY: OperationProgress = {
  record: null,
  cancellable: false,
  layers: {},
  output: { lines: [], partial: '', skippedLines: 0 },
}

/** Folds one event into the picture. A snapshot replaces the record; layers replace a step's; output is appended. */
export function reduceOperation(previous: OperationProgress | null, event: OperationEvent): OperationProgress {
  const progress = previous ?? EMPTY
  switch (event.type) {
    case 'snapshot':
      return { ...progress, record: event.record, cancellable: event.cancellable }
    case 'layers':
      return { ...progress, layers: { ...progress.layers, [event.stepId]: event.layers } }
    case 'output':
      return { ...progress, output: appendOutput(progress.output, event.text) }
  }
}

/** Adds text of any cut to the buffer, joining lines over the cuts. */
export function appendOutput({ lines, partial, skippedLines }: OutputBuffer, text: string): OutputBuffer {
  const pieces = (partial + text).split(/\r?\n/)
  const rest = pieces.pop() ?? ''
  const all = [...lines, ...pieces]
  const overflow = Math.max(0, all.length - OUTPUT_LINE_LIMIT)
  return { lines: all.slice(overflow), partial: rest, skippedLines: skippedLines + overflow }
}

/** The buffer as text, with what was dropped said at its top. */
export function outputText({ lines, partial, skippedLines }: OutputBuffer): string {
  const head = skippedLines > 0 ? [`… ${skippedLines} earlier lines are not shown …`] : []
  return [...head, ...lines, ...(partial === '' ? [] : [partial])].join('\n')
}
