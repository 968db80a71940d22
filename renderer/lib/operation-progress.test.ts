import { describe, expect, it } from 'vitest'
import {
  appendOutput,
  OUTPUT_LINE_LIMIT,
  type OutputBuffer,
  outputText,
  reduceOperation,
} from './operation-progress.ts'

const EMPTY: OutputBuffer = { lines: [], partial: '', skippedLines: 0 }

describe('output of an operation', () => {
  it('joins a line that arrives in two pieces', () => {
    const buffer = appendOutput(appendOutput(EMPTY, 'Pulling er'), 'ror-tracker\nPulling log')
    expect(buffer).toEqual({ lines: ['Pulling error-tracker'], partial: 'Pulling log', skippedLines: 0 })
    expect(outputText(buffer)).toBe('Pulling error-tracker\nPulling log')
  })

  it('keeps the newest lines of a flood and says how many it dropped', () => {
    const flood = Array.from({ length: OUTPUT_LINE_LIMIT + 7 }, (_, index) => `line ${index}\n`).join('')
    const buffer = appendOutput(EMPTY, flood)
    expect(buffer.lines).toHaveLength(OUTPUT_LINE_LIMIT)
    expect(buffer.lines[0]).toBe('line 7')
    expect(outputText(buffer).split('\n')[0]).toBe('… 7 earlier lines are not shown …')
  })
})

describe('events of an operation', () => {
  it('keeps layers of one step while those of another change', () => {
    const layer = { service: 'web', layer: 'a', status: 'downloading', currentBytes: 1, totalBytes: 2 } as const
    const first = reduceOperation(null, { type: 'layers', stepId: 'pull', layers: [layer] })
    const second = reduceOperation(first, { type: 'layers', stepId: 'pull-2', layers: [] })
    expect(second.layers).toEqual({ pull: [layer], 'pull-2': [] })
  })

  it('has no record before the first snapshot', () => {
    expect(reduceOperation(null, { type: 'output', stepId: 'pull', text: 'x' }).record).toBeNull()
  })
})
