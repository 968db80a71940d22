/** Tells the person at the terminal what takes time, one line on stderr (stdout is for results). */
export function say(line: string): void {
  process.stderr.write(`sample host: ${line}\n`)
}

/** Says what starts, runs it, and says how long it took. */
export async function sayWhile<T>(line: string, work: () => Promise<T>): Promise<T> {
  say(`${line}…`)
  const startedAt = Date.now()
  const result = await work()
  say(`${line}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
  return result
}
