import type { ContainerUsage } from '../../docker/engine.ts'
import type { StackReading } from '../../stacks/read-stack.ts'
import type { SeriesKey } from '../../storage/stored-samples.ts'
import type { AskedProbe } from '../probe-result.ts'
import { type Moment, spanBetween } from './clock.ts'

/** Free and total bytes where a host keeps its images. */
export interface DiskSpace {
  readonly path: string
  readonly freeBytes: number
  readonly totalBytes: number
}

/** A figure with the series that it belongs to. */
export interface Figure {
  readonly key: SeriesKey
  readonly value: number
}

/** Of what figures can be taken at one moment. What has not changed since the last time is not taken again. */
export interface Measured {
  readonly probes: ReadonlyMap<string, AskedProbe>
  readonly usage: ReadonlyMap<string, ContainerUsage>
  readonly containers: StackReading['containers']
  readonly disk: DiskSpace | null
}

/** The series that every stack has. Runbooks add theirs. */
const SERIES = {
  cpu: { id: 'cpu', title: 'CPU', unit: 'percent' },
  memory: { id: 'memory', title: 'Memory', unit: 'bytes' },
  memoryLimit: { id: 'memory-limit', title: 'Memory limit', unit: 'bytes' },
  networkIn: { id: 'network-in', title: 'Network received', unit: 'bytes-per-second' },
  networkOut: { id: 'network-out', title: 'Network sent', unit: 'bytes-per-second' },
  diskRead: { id: 'disk-read', title: 'Disk read', unit: 'bytes-per-second' },
  diskWrite: { id: 'disk-write', title: 'Disk written', unit: 'bytes-per-second' },
  restarts: { id: 'restarts', title: 'Restarts', unit: 'count' },
  probe: { id: 'response-by-probe', title: 'Response time by probe', unit: 'milliseconds' },
  diskFree: { id: 'disk-free', title: 'Host disk free', unit: 'bytes' },
  diskTotal: { id: 'disk-total', title: 'Host disk', unit: 'bytes' },
} as const

/** Traffic is counted in bytes since the start; two counts make a rate. */
const COUNTERS = [
  ['networkInBytes', SERIES.networkIn],
  ['networkOutBytes', SERIES.networkOut],
  ['diskReadBytes', SERIES.diskRead],
  ['diskWriteBytes', SERIES.diskWrite],
] as const

/** Counts further apart than this would make a rate over a time that nobody looked at. */
const LONGEST_SPAN_MS = 5 * 60_000

/** Takes figures of one stack from what is known of it anyway. */
export class FigureTaker {
  readonly #asked = new Map<string, string>()
  readonly #counters = new Map<string, { readonly value: number; readonly at: Moment }>()
  #usage: { readonly samples: ReadonlyMap<string, ContainerUsage>; readonly at: Moment } | null = null
  #disk: DiskSpace | null = null

  take({ probes, usage, containers, disk }: Measured, now: Moment): Figure[] {
    return [...this.#takeAnswers(probes, now), ...this.#takeUsage(usage, containers, now), ...this.#takeDisk(disk)]
  }

  #takeAnswers(probes: Measured['probes'], now: Moment): Figure[] {
    return [...probes.values()].flatMap((probe) => {
      const { id, title, durationMs, checkedAt } = probe
      if (this.#asked.get(id) === checkedAt) return []
      this.#asked.set(id, checkedAt)
      const response = durationMs === null ? [] : [{ key: { ...SERIES.probe, label: title }, value: durationMs }]
      return [...response, ...this.#takeMetrics(probe, now)]
    })
  }

  #takeMetrics({ figures = [] }: AskedProbe, now: Moment): Figure[] {
    return figures.flatMap(({ id, title, unit, label, value, isCounter }) => {
      const key = { id: `metric-${id}`, title, unit, label }
      if (!isCounter) return [{ key, value }]
      const name = `${id} ${label}`
      const before = this.#counters.get(name)
      this.#counters.set(name, { value, at: now })
      const spanMs = before === undefined ? 0 : spanBetween(before.at, now)
      // One that is lower than before was begun anew: nothing can be said of the time in between.
      if (before === undefined || value < before.value || spanMs <= 0 || spanMs > LONGEST_SPAN_MS) return []
      return [{ key, value: ((value - before.value) / spanMs) * 1000 }]
    })
  }

  #takeUsage(samples: Measured['usage'], containers: Measured['containers'], now: Moment): Figure[] {
    const before = this.#usage
    if (before?.samples === samples) return []
    this.#usage = { samples, at: now }
    const seconds = before === null ? 0 : spanBetween(before.at, now) / 1000
    return Object.entries(containers).flatMap(([service, group]) =>
      group.flatMap(({ id, name, restartCount }) => {
        const label = group.length === 1 ? service : name
        const usage = samples.get(id)
        const restarts = { key: { ...SERIES.restarts, label }, value: restartCount }
        if (usage === undefined) return [restarts]
        const last = seconds * 1000 <= LONGEST_SPAN_MS ? before?.samples.get(id) : undefined
        return [restarts, ...figuresOf(usage, label), ...ratesOf(usage, last, { label, seconds })]
      }),
    )
  }

  #takeDisk(disk: DiskSpace | null): Figure[] {
    if (disk === null || disk === this.#disk) return []
    this.#disk = disk
    return [
      { key: { ...SERIES.diskFree, label: disk.path }, value: disk.freeBytes },
      { key: { ...SERIES.diskTotal, label: disk.path }, value: disk.totalBytes },
    ]
  }
}

function figuresOf({ cpuPercent, memoryBytes, memoryLimitBytes }: ContainerUsage, label: string): Figure[] {
  return [
    { key: { ...SERIES.cpu, label }, value: cpuPercent },
    { key: { ...SERIES.memory, label }, value: memoryBytes },
    ...(memoryLimitBytes === null ? [] : [{ key: { ...SERIES.memoryLimit, label }, value: memoryLimitBytes }]),
  ]
}

/** A counter that is lower than before was begun anew: nothing can be said of the time in between. */
function ratesOf(
  usage: ContainerUsage,
  last: ContainerUsage | undefined,
  { label, seconds }: { readonly label: string; readonly seconds: number },
): Figure[] {
  return COUNTERS.flatMap(([counter, series]) => {
    const now = usage[counter]
    const before = last?.[counter] ?? null
    if (now === null || before === null || now < before || seconds <= 0) return []
    return [{ key: { ...series, label }, value: (now - before) / seconds }]
  })
}
