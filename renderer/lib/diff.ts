export interface DiffLine {
  readonly kind: 'hunk' | 'same' | 'removed' | 'added'
  readonly text: string
  readonly oldNumber: number | null
  readonly newNumber: number | null
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/

/** A unified diff of one file as lines with their numbers. File headers are left out. */
export function parseDiff(diff: string): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let oldNumber = 0
  let newNumber = 0
  let inHunk = false
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const hunk = HUNK.exec(line)
    if (hunk) {
      oldNumber = Number(hunk[1])
      newNumber = Number(hunk[2])
      inHunk = true
      lines.push({ kind: 'hunk', text: line, oldNumber: null, newNumber: null })
      continue
    }
    if (!inHunk) continue
    const text = line.slice(1)
    if (line.startsWith('-')) lines.push({ kind: 'removed', text, oldNumber: oldNumber++, newNumber: null })
    else if (line.startsWith('+')) lines.push({ kind: 'added', text, oldNumber: null, newNumber: newNumber++ })
    else if (line.startsWith(' ') || line === '') {
      lines.push({ kind: 'same', text, oldNumber: oldNumber++, newNumber: newNumber++ })
    }
  }
  return lines
}
