import { join } from 'node:path'
import { answersKey } from '../electron/health/over-time/roll-up.ts'
import { openDatabase } from '../electron/storage/database.ts'
import { createHostStore } from '../electron/storage/stored-hosts.ts'
import { createSampleStore, type SampleStore } from '../electron/storage/stored-samples.ts'
import { createTimelineStore } from '../electron/storage/stored-timelines.ts'
import { hostTargetSchema } from '../shared/contract/hosts.ts'
import type { Observed } from '../shared/contract/monitor.ts'
import { digestOf } from '../shared/monitor/digest.ts'

const HOUR_MS = 3_600_000
const MONTH_MS = 30 * 24 * HOUR_MS
const MIB = 1024 * 1024
const PRODUCTS = ['shop', 'wiki', 'mail', 'errors', 'customer-relationship-management-with-attachments'] as const

/** A month of a stack, as shares of it: the app was closed twice, and not all went well. */
const MONTH: readonly (readonly [from: number, state: Observed])[] = [
  [0, 'unobserved'],
  [0.1, 'healthy'],
  [0.31, 'degraded'],
  [0.325, 'healthy'],
  [0.5, 'unobserved'],
  [0.58, 'healthy'],
  [0.7, 'maintenance'],
  [0.704, 'healthy'],
  [0.8, 'unknown'],
  [0.806, 'healthy'],
  [0.975, 'down'],
  [0.982, 'healthy'],
  [0.995, 'unobserved'],
]

/** A data folder as the app leaves it after a month with many hosts, none of which can be reached now. */
export function seedMonitor(dataFolder: string, { hosts, nowMs }: { readonly hosts: number; readonly nowMs: number }) {
  const { database } = openDatabase(join(dataFolder, 'app.db'))
  const [hostStore, timelines, samples] = [
    createHostStore(database),
    createTimelineStore(database),
    createSampleStore(database),
  ]
  timelines.together(() => {
    for (let index = 0; index < hosts; index += 1) {
      const hostId = `host-${index + 1}`
      const label = index === 4 ? 'production-eu-central-1-customer-facing-cluster' : `vm-${index + 1}.example.org`
      // Nothing listens on the lowest ports: the hosts are as unreachable as a laptop's without a network.
      const target = { kind: 'ssh', hostname: '127.0.0.1', port: index + 1, user: 'deploy', auth: { agent: 'none' } }
      hostStore.save({ id: hostId, label, target: hostTargetSchema.parse(target), usesSudo: false })
      for (const [place, project] of PRODUCTS.entries()) {
        const { number } = timelines.open({ hostId, project })
        timelines.setFacts(number, { name: project, version: `1.${index}.${place}`, diskPath: '/var/lib/docker' })
        timelines.save(number, monthOf(nowMs, (index * PRODUCTS.length + place) * 7 * 60_000))
        if (index === 0 && place === 0) seedFigures(samples, number, nowMs)
        timelines.setRolledTo(number, Math.floor(nowMs / HOUR_MS) * HOUR_MS)
      }
    }
  })
  database.close()
}

/** Each stack a little earlier than the one before, so that no two look the same. */
function monthOf(nowMs: number, earlierMs: number) {
  const at = (share: number) => nowMs - MONTH_MS + share * MONTH_MS
  return MONTH.map(([from, state], index) => ({
    fromMs: Math.max(at(0), at(from) - (from === 0 ? 0 : earlierMs)),
    toMs: index === MONTH.length - 1 ? nowMs : at(MONTH[index + 1]?.[0] ?? 1) - earlierMs,
    state,
  }))
}

function seedFigures(samples: SampleStore, stack: number, nowMs: number) {
  const series = [
    ...['web', 'worker', 'database'].flatMap((label, index) => [
      {
        key: { id: 'cpu', title: 'CPU', unit: 'percent' as const, label },
        value: (hour: number) => 4 + index * 9 + 3 * Math.sin(hour / 5 + index),
      },
      {
        key: { id: 'cpu-peak', title: 'CPU', unit: 'percent' as const, label },
        value: (hour: number) => 9 + index * 9 + (hour % 97 === 0 ? 50 : 0),
      },
      {
        key: { id: 'memory', title: 'Memory', unit: 'bytes' as const, label },
        value: (hour: number) => (90 + index * 80 + (hour % 24)) * MIB,
      },
    ]),
    {
      key: { id: 'disk-free', title: 'Host disk free', unit: 'bytes' as const, label: '/var/lib/docker' },
      value: (hour: number) => 4e10 - hour * 3e7,
    },
    {
      key: { id: 'disk-total', title: 'Host disk', unit: 'bytes' as const, label: '/var/lib/docker' },
      value: () => 8e10,
    },
  ]
  const numbers = series.map(({ key }) => samples.numberOf(stack, key))
  const month = monthOf(nowMs, 0)
  const beginMs = Math.floor((nowMs - MONTH_MS) / HOUR_MS) * HOUR_MS
  for (let hour = 0; hour < MONTH_MS / HOUR_MS; hour += 1) {
    const atMs = beginMs + hour * HOUR_MS
    const state = month.findLast(({ fromMs }) => fromMs <= atMs)?.state
    if (state === undefined || state === 'unobserved') continue
    const usual = 40 + 15 * Math.sin(hour / 4) + (hour % 7)
    const answers = digestOf([
      ...Array.from({ length: 90 }, (_, index) => usual + index / 10),
      ...Array(10).fill(2 * usual),
    ])
    samples.add(stack, 'hour', {
      atMs,
      values: new Map([
        ...numbers.map((number, index) => [number, series[index]?.value(hour) ?? 0] as const),
        ...[...answers].map(([size, amount]) => [samples.numberOf(stack, answersKey(size)), amount] as const),
      ]),
    })
  }
}
