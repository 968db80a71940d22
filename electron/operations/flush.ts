/**
 * Shell: what was written to the filesystem of a path, a word of the script, is on its disk. The others are not waited
 * for: a dead network mount among them would hold it up for ever. Where `sync` is too old for that, it is all of them.
 */
export function flush(path: string): string {
  return `if sync -f /proc 2>/dev/null; then sync -f ${path}; else sync; fi`
}
