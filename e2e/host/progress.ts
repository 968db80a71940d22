/** What ends sooner is not worth a line. */
const noticeAfterMs = 1_500

/** Tells the person at the terminal what takes time, one line on stderr (stdout is for results). */
export function say(line: string): void {
  process.stderr.write(`sample host: ${line}\n`)
}

/** Runs something, and if it takes a while says what it is and, at the end, how long it took. */
export async function sayWhile<T>(line: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now()
  let told = false
  const timer = setTimeout(() => {
    told = true
    say(`${line}…`)
  }, noticeAfterMs)
  try {
    const result = await work()
    if (told) say(`${line}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
    return result
  } finally {
    clearTimeout(timer)
  }
}
