import { z } from 'zod'
import type { CallOptions, ContainerUsage, Engine } from './engine.ts'
import { systemAnswerSchema } from './engine-answers.ts'
import type { EngineConnection } from './engine-connection.ts'

/** Between two samples closer than this the kernel's counters have hardly moved: the percentage would be noise. */
const SHORTEST_SPAN_MS = 500
/** An older sample would average over a time that nobody looks at. */
const LONGEST_SPAN_MS = 120_000
/** Samples kept, by container; more containers than this and the oldest is measured afresh. */
const MAX_SAMPLES = 500

const cpuSchema = z.object({
  cpu_usage: z.object({ total_usage: z.number(), percpu_usage: z.array(z.number()).nullish() }),
  system_cpu_usage: z.number().optional(),
  online_cpus: z.number().optional(),
})
export const statsAnswerSchema = z.object({
  read: z.string(),
  cpu_stats: cpuSchema,
  precpu_stats: cpuSchema,
  memory_stats: z.object({
    usage: z.number().optional(),
    limit: z.number().optional(),
    stats: z.record(z.string(), z.number()).optional(),
  }),
  /** Absent without a network of its own. */
  networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })).nullish(),
  blkio_stats: z
    .object({ io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })).nullish() })
    .nullish(),
})
export type StatsAnswer = z.infer<typeof statsAnswerSchema>

/** One reading of the CPU counters. */
export interface CpuSample {
  readonly containerNs: number
  /** Of all CPUs together. */
  readonly systemNs: number
  readonly cpus: number
}

export function toCpuSample(cpu: StatsAnswer['cpu_stats']): CpuSample {
  return {
    containerNs: cpu.cpu_usage.total_usage,
    systemNs: cpu.system_cpu_usage ?? 0,
    cpus: cpu.online_cpus ?? cpu.cpu_usage.percpu_usage?.length ?? 1,
  }
}

/** Percent of one core between two samples, as `docker stats` counts it. Zero where the counters did not move or were reset. */
export function cpuPercent(before: CpuSample, after: CpuSample): number {
  const container = after.containerNs - before.containerNs
  const system = after.systemNs - before.systemNs
  return container > 0 && system > 0 ? (container / system) * after.cpus * 100 : 0
}

/** Memory in use without the page cache that the kernel would give back, as `docker stats` counts it. */
export function memoryBytes(memory: StatsAnswer['memory_stats']): number {
  const used = memory.usage ?? 0
  const cache = memory.stats?.inactive_file ?? memory.stats?.total_inactive_file ?? 0
  return cache < used ? used - cache : used
}

/** The container's own limit. The engine reports the whole host's memory for "none". */
export function memoryLimit(memory: StatsAnswer['memory_stats'], hostBytes: number): number | null {
  const limit = memory.limit ?? 0
  return limit === 0 || (hostBytes > 0 && limit >= hostBytes) ? null : limit
}

/** `Engine.usage`: two readings make a percentage, so the last one of each container is kept. */
export function createUsageReader(connection: EngineConnection): Engine['usage'] {
  const samples = new Map<string, { readonly sample: CpuSample; readonly atMs: number }>()
  let hostMemory: Promise<number> | null = null
  connection.onReset(() => {
    samples.clear()
    hostMemory = null
  })

  function readHostMemory(): Promise<number> {
    const request = { method: 'GET', path: '/info', task: 'say how much memory it has' } as const
    hostMemory ??= connection.callJson(request, systemAnswerSchema).then((system) => system.MemTotal)
    hostMemory.catch(() => {
      hostMemory = null
    })
    return hostMemory
  }

  return async (id, options: CallOptions = {}) => {
    const hostBytes = await readHostMemory()
    const last = samples.get(id)
    const spanMs = last === undefined ? 0 : performance.now() - last.atMs
    const reusable = last !== undefined && spanMs >= SHORTEST_SPAN_MS && spanMs <= LONGEST_SPAN_MS
    // Without a usable earlier reading the engine takes two itself, which costs it a second or two.
    const path = `/containers/${encodeURIComponent(id)}/stats?stream=false${reusable ? '&one-shot=true' : ''}`
    const request = { method: 'GET', path, task: `measure the container ${id.slice(0, 12)}` } as const
    const stats = await connection.callJson(request, statsAnswerSchema, options)
    if (!isRunning(stats)) {
      samples.delete(id)
      return null
    }
    const now = toCpuSample(stats.cpu_stats)
    const before = reusable ? last.sample : toCpuSample(stats.precpu_stats)
    remember(id, now)
    return toUsage(before, now, stats, hostBytes)
  }

  function remember(id: string, sample: CpuSample): void {
    samples.delete(id)
    samples.set(id, { sample, atMs: performance.now() })
    const oldest = samples.keys().next().value
    if (samples.size > MAX_SAMPLES && oldest !== undefined) samples.delete(oldest)
  }
}

/** A stopped container's statistics are all zero. */
function isRunning(stats: StatsAnswer): boolean {
  return stats.memory_stats.usage !== undefined && (stats.cpu_stats.system_cpu_usage ?? 0) > 0
}

function toUsage(before: CpuSample, now: CpuSample, stats: StatsAnswer, hostBytes: number): ContainerUsage {
  return {
    cpuPercent: before.systemNs === 0 ? 0 : cpuPercent(before, now),
    memoryBytes: memoryBytes(stats.memory_stats),
    memoryLimitBytes: memoryLimit(stats.memory_stats, hostBytes),
    ...countTraffic(stats),
  }
}

/** Bytes since the container was started. */
export function countTraffic({ networks, blkio_stats }: Pick<StatsAnswer, 'networks' | 'blkio_stats'>) {
  const interfaces = networks == null ? null : Object.values(networks)
  const transfers = blkio_stats?.io_service_bytes_recursive ?? null
  const moved = (operation: string) =>
    transfers?.filter(({ op }) => op.toLowerCase() === operation).reduce((sum, { value }) => sum + value, 0) ?? null
  return {
    networkInBytes: interfaces?.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0) ?? null,
    networkOutBytes: interfaces?.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0) ?? null,
    diskReadBytes: moved('read'),
    diskWriteBytes: moved('write'),
  }
}
