import type { LogEvent } from './log-batch.ts'

/** The streams are not written at the same pace, and a gap is told by the times of either. */
const PACE_NS = 2_000_000_000n

type Gap = Extract<LogEvent, { kind: 'gap' }>

/** For tests: what became of numbered lines, odd numbers on stdout and even ones on stderr, of several containers. */
export class NumberedLines {
  /** Highest number of each container, stream by stream. */
  readonly #last = new Map<string, number>()
  /** When each stream's last line was written. */
  readonly #lastNs = new Map<string, bigint>()
  /** Gaps that were told since the last line of a stream. */
  readonly #gaps = new Map<string, Gap[]>()
  /** What came of each stream. */
  readonly numbers = new Map<string, number[]>()
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
    const { container, bytes, ends, times, streams } = event.batch
    const text = Buffer.from(bytes)
    for (const [at, end] of ends.entries()) {
      const line = text.toString('latin1', at === 0 ? 0 : ends[at - 1], end)
      this.#takeLine(`${container.id}/${streams[at]}`, line, times[at] ?? 0n)
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
      this.#expect(`${container}/${stream}`, last + 2, null)
    }
  }

  #begin(id: string): void {
    if (!this.containers.includes(id)) this.containers.push(id)
  }

  #takeGap(gap: Gap): void {
    this.gapRows++
    if (gap.after === null && gap.before === null) this.mistakes.push('A gap names no time.')
    for (const stream of [1, 2]) {
      const key = `${gap.container.id}/${stream}`
      this.#gaps.set(key, [...(this.#gaps.get(key) ?? []), gap])
    }
  }

  #takeLine(key: string, line: string, timeNs: bigint): void {
    const number = Number(/^\d+/.exec(line)?.[0])
    const rest = line.slice(String(number).length)
    // The rest of a long line whose beginning was rotated away comes after the gap that says so.
    if (Number.isNaN(number) && this.#gaps.has(key)) return
    if (Number.isNaN(number) || (rest !== '' && !/^ x{40000}$/.test(rest))) {
      this.mistakes.push(`${nameOf(key)}: ${line.slice(0, 60)} (${line.length} bytes)`)
    }
    if (rest !== '') this.long++
    if (number % 2 !== Number(key.at(-1)) % 2) this.mistakes.push(`${number} came on ${nameOf(key)}`)
    this.arrived++
    const numbers = this.numbers.get(key) ?? []
    numbers.push(number)
    this.numbers.set(key, numbers)
    this.#expect(key, number, timeNs)
    this.#lastNs.set(key, timeNs)
  }

  /** Null: there is no line behind those that are missing. */
  #expect(key: string, number: number, timeNs: bigint | null): void {
    const wanted = (this.#last.get(key) ?? (key.endsWith('/1') ? -1 : 0)) + 2
    if (number < wanted) this.mistakes.push(`${nameOf(key)}: ${number} came again, or late, after ${wanted - 2}`)
    if (number > wanted) {
      this.missing += (number - wanted) / 2
      if (!this.#isTold(key, timeNs))
        this.mistakes.push(`${nameOf(key)}: ${wanted} to ${number - 2} are missing without a gap of their time`)
    }
    this.#gaps.delete(key)
    this.#last.set(key, Math.max(number, wanted - 2))
  }

  /** Whether what is missing up to a time lies within the gaps that were told. */
  #isTold(key: string, nextNs: bigint | null): boolean {
    const gaps = this.#gaps.get(key) ?? []
    const lastNs = this.#lastNs.get(key)
    const beginsInTime = ({ after }: Gap) => lastNs === undefined || (after !== null && after <= lastNs + PACE_NS)
    const endsInTime = ({ before }: Gap) => before === null || (nextNs !== null && before >= nextNs - PACE_NS)
    return gaps.some(beginsInTime) && gaps.some(endsInTime)
  }
}

const nameOf = (key: string): string => `${key.slice(0, 6)}${key.slice(-2)}`
