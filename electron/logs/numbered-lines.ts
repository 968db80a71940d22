import type { LogEvent } from './log-batch.ts'

/** For tests: what became of numbered lines, odd numbers on stdout and even ones on stderr, of several containers. */
export class NumberedLines {
  /** Highest number of each container, stream by stream. */
  readonly #last = new Map<string, number>()
  /** Streams of which a gap was told since their last line. */
  readonly #gaps = new Set<string>()
  readonly containers: string[] = []
  readonly mistakes: string[] = []
  arrived = 0
  missing = 0
  gapRows = 0
  long = 0

  take(event: LogEvent): void {
    if (event.kind === 'gap') this.#takeGap(event)
    if (event.kind === 'container' && event.change === 'began') this.#begin(event.container.id)
    if (event.kind !== 'lines') return
    const { container, bytes, ends, streams } = event.batch
    const text = Buffer.from(bytes)
    for (const [at, end] of ends.entries()) {
      this.#takeLine(container.id, streams[at] ?? 0, text.toString('latin1', at === 0 ? 0 : ends[at - 1], end))
    }
  }

  /** Whether the last line of a container has come, on the stream on which it was written. */
  hasReached(container: string | undefined, count: number): boolean {
    return (this.#last.get(`${container}/${count % 2 === 1 ? 1 : 2}`) ?? 0) >= count
  }

  /** Lines up to `count` were written: those of the end are there, too, or named by a gap. */
  finish(container: string, count: number): void {
    for (const stream of [1, 2]) {
      const last = stream === 1 ? count - ((count + 1) % 2) : count - (count % 2)
      this.#expect(`${container}/${stream}`, last + 2)
    }
  }

  #begin(id: string): void {
    if (!this.containers.includes(id)) this.containers.push(id)
  }

  #takeGap({ container, after, before }: Extract<LogEvent, { kind: 'gap' }>): void {
    this.gapRows++
    if (after === null && before === null) this.mistakes.push('A gap names no time.')
    for (const stream of [1, 2]) this.#gaps.add(`${container.id}/${stream}`)
  }

  #takeLine(container: string, stream: number, line: string): void {
    const number = Number(/^\d+/.exec(line)?.[0])
    const rest = line.slice(String(number).length)
    // The rest of a long line whose beginning was rotated away comes after the gap that says so.
    if (Number.isNaN(number) && this.#gaps.has(`${container}/${stream}`)) return
    if (Number.isNaN(number) || (rest !== '' && !/^ x{40000}$/.test(rest))) {
      this.mistakes.push(`${container.slice(0, 6)}/${stream}: ${line.slice(0, 60)} (${line.length} bytes)`)
    }
    if (rest !== '') this.long++
    if (number % 2 !== stream % 2) this.mistakes.push(`${number} came on stream ${stream}`)
    this.arrived++
    this.#expect(`${container}/${stream}`, number)
  }

  #expect(key: string, number: number): void {
    const wanted = (this.#last.get(key) ?? (key.endsWith('/1') ? -1 : 0)) + 2
    if (number < wanted)
      this.mistakes.push(`${key.slice(0, 6)}${key.slice(-2)}: ${number} came again, or late, after ${wanted - 2}`)
    if (number > wanted) {
      this.missing += (number - wanted) / 2
      if (!this.#gaps.has(key))
        this.mistakes.push(`${key.slice(0, 6)}${key.slice(-2)}: ${wanted} to ${number - 2} are missing without a gap`)
    }
    this.#gaps.delete(key)
    this.#last.set(key, Math.max(number, wanted - 2))
  }
}
