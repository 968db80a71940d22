import { describe, expect, it } from 'vitest'
import { countTraffic, cpuPercent, memoryBytes, memoryLimit, toCpuSample } from './usage.ts'

describe('the share of the processor', () => {
  const sample = (containerNs: number, systemNs: number, cpus = 2) => ({ containerNs, systemNs, cpus })

  it.each([
    ['half of one core of two', sample(0, 0), sample(500, 2000), 50],
    ['both cores', sample(100, 1000), sample(2100, 3000), 200],
    ['idle', sample(100, 1000), sample(100, 3000), 0],
    ['no time between the samples', sample(100, 1000), sample(200, 1000), 0],
    ['counters that were reset by a restart', sample(900, 1000), sample(10, 3000), 0],
  ])('%s', (_name, before, after, percent) => {
    expect(cpuPercent(before, after)).toBe(percent)
  })

  it('counts the processors by what the engine says, else by its list', () => {
    const cpu_usage = { total_usage: 5, percpu_usage: [1, 2, 3] }
    expect(toCpuSample({ cpu_usage, system_cpu_usage: 9, online_cpus: 4 }).cpus).toBe(4)
    expect(toCpuSample({ cpu_usage, system_cpu_usage: 9 }).cpus).toBe(3)
  })
})

describe('memory in use', () => {
  it.each([
    ['without the inactive page cache (cgroup v2)', { usage: 1000, stats: { inactive_file: 300 } }, 700],
    ['without the inactive page cache (cgroup v1)', { usage: 1000, stats: { total_inactive_file: 400 } }, 600],
    ['as it is where the kernel says no more', { usage: 1000 }, 1000],
    ['never below zero', { usage: 100, stats: { inactive_file: 300 } }, 100],
  ])('is counted %s', (_name, memory, expected) => {
    expect(memoryBytes(memory)).toBe(expected)
  })

  it('has no limit where the engine reports the memory of the whole host', () => {
    expect(memoryLimit({ limit: 16_000 }, 16_000)).toBeNull()
    expect(memoryLimit({}, 16_000)).toBeNull()
    expect(memoryLimit({ limit: 300 }, 16_000)).toBe(300)
  })
})

describe('traffic', () => {
  it('is added up over networks and devices', () => {
    const networks = { eth0: { rx_bytes: 10, tx_bytes: 1 }, eth1: { rx_bytes: 5, tx_bytes: 2 } }
    const io_service_bytes_recursive = [
      { op: 'read', value: 7 },
      { op: 'write', value: 8 },
      { op: 'Read', value: 1 },
    ]
    expect(countTraffic({ networks, blkio_stats: { io_service_bytes_recursive } })).toEqual({
      networkInBytes: 15,
      networkOutBytes: 3,
      diskReadBytes: 8,
      diskWriteBytes: 8,
    })
  })

  it('is not known where the engine does not count it', () => {
    const unknown = { networkInBytes: null, networkOutBytes: null, diskReadBytes: null, diskWriteBytes: null }
    expect(countTraffic({ blkio_stats: { io_service_bytes_recursive: null } })).toEqual(unknown)
    expect(countTraffic({})).toEqual(unknown)
  })
})
