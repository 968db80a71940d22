import { createTwoFilesPatch } from 'diff'
import type { Masker } from './mask.ts'

/** Unified diff of one file with three lines of context, secrets masked; empty when nothing differs. */
export function formatFileDiff(path: string, before: string, after: string, mask: Masker): string {
  if (before === after) return ''
  const patch = createTwoFilesPatch(path, path, mask(before), mask(after), undefined, undefined, { context: 3 })
  return patch.slice(patch.indexOf('--- '))
}
