/**
 * Commands (argv) that make the same edit by hand: one `sed` for each line that differs, by its number, and one
 * `tee` for lines added at the end. Null for edits of another kind.
 */
export function describeLineEdits(path: string, before: string, after: string): string[][] | null {
  const [old, now] = [before.split('\n'), after.split('\n')]
  if (old.length !== now.length) return appendedLines(path, before, after)
  return old.flatMap((line, index) => {
    const next = now[index]
    if (next === undefined || next === line) return []
    const [from, to] = differingWords(line, next)
    // An empty pattern would mean the last one used.
    const edit = from === '' ? `.*|${escapeReplacement(next)}` : `${escapePattern(from)}|${escapeReplacement(to)}`
    return [['sed', '-i', '--follow-symlinks', `${index + 1}s|${edit}|`, path]]
  })
}

function appendedLines(path: string, before: string, after: string): string[][] | null {
  if (!before.endsWith('\n') || !after.startsWith(before)) return null
  const added = after.slice(before.length).replace(/\n$/, '')
  return [['sh', '-c', 'printf "%s\\n" "$1" >> "$2"', 'sh', added, path]]
}

/** What differs, widened to whole words, so that the command can be read. */
function differingWords(a: string, b: string): [string, string] {
  const isWord = (character: string | undefined) => character !== undefined && /[^\s"'=]/.test(character)
  let start = 0
  while (start < a.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  while (start > 0 && isWord(a[start - 1])) start -= 1
  while (end > 0 && isWord(a.at(-end))) end -= 1
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)]
}

function escapePattern(text: string): string {
  return text.replace(/[\\|.*^$[\]]/g, '\\$&')
}

function escapeReplacement(text: string): string {
  return text.replace(/[\\|&]/g, '\\$&')
}
