/** A text file of a stack as it was read, with every byte kept: line ends, a byte order mark, spacing. */
export interface SourceFile {
  /** Absolute, on the host. */
  readonly path: string
  readonly text: string
}

/** A stretch of a file that is replaced. Offsets are those of the text. */
export interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Line and column of an offset, both from 1. A byte order mark takes no column. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(text.startsWith('\uFEFF') ? 1 : 0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: before.length - lineStart + 1 }
}

/** Replaces stretches that do not overlap, and nothing else. */
export function applyReplacements(text: string, replacements: readonly Replacement[]): string {
  return replacements
    .toSorted((a, b) => b.start - a.start)
    .reduce((edited, { start, end, text: put }) => edited.slice(0, start) + put + edited.slice(end), text)
}

/** A file's text, or null where it is not UTF-8 and could not be written back as it was. */
export function decodeExactly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
