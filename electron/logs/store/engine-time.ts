/** The engine counts in nanoseconds since 1970, which no number of JavaScript holds exactly; entries keep two. */
export interface EngineTime {
  readonly timeMs: number
  /** Nanoseconds within the millisecond. */
  readonly timeNs: number
}

const NS_PER_MS = 1_000_000n

export function fromNs(ns: bigint): EngineTime {
  return { timeMs: Number(ns / NS_PER_MS), timeNs: Number(ns % NS_PER_MS) }
}

export function toNs({ timeMs, timeNs }: EngineTime): bigint {
  return BigInt(timeMs) * NS_PER_MS + BigInt(timeNs)
}

/** `2026-11-21T20:00:00.123456789Z` */
export function toIso({ timeMs, timeNs }: EngineTime): string {
  return `${new Date(timeMs).toISOString().slice(0, -1)}${String(timeNs).padStart(6, '0')}Z`
}

/** From ISO 8601 with any number of digits behind the second. */
export function fromIso(text: string): EngineTime {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  const second = Date.parse(text.replace(/\.\d+/, ''))
  const ns = Number(fraction.padEnd(9, '0').slice(0, 9))
  return { timeMs: second + Math.floor(ns / 1e6), timeNs: ns % 1e6 }
}

export function isEarlier(a: EngineTime, b: EngineTime): boolean {
  return a.timeMs === b.timeMs ? a.timeNs < b.timeNs : a.timeMs < b.timeMs
}
