import type { Series } from '../../shared/contract/monitor.ts'
import { formatBytes, formatDuration, formatMemory } from '../lib/format.ts'

/** Disks are sold and counted in powers of 1000, memory in powers of 1024. */
export type Unit = Series['unit'] | 'disk-bytes'

/** A plain number with at most three digits that matter: `0.04`, `1.3`, `27`, `12.4 k`. */
function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 1_000_000) return `${(value / 1_000_000).toFixed(1)} M`
  if (size >= 10_000) return `${(value / 1000).toFixed(1)} k`
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0)
  return Number(value.toPrecision(2)).toString()
}

const FORMATS: Record<Unit, (value: number) => string> = {
  percent: (value) => `${formatNumber(value)} %`,
  bytes: formatMemory,
  'disk-bytes': formatBytes,
  'bytes-per-second': (value) => `${formatBytes(value)}/s`,
  milliseconds: (value) => (value > 0 && value < 10 ? `${formatNumber(value)} ms` : formatDuration(value)),
  count: formatNumber,
  'per-second': (value) => `${formatNumber(value)}/s`,
  seconds: (value) => formatDuration(value * 1000),
}

/** A value with its unit, as axes and hints say it. */
export function formatValue(unit: Unit, value: number): string {
  return FORMATS[unit](value)
}

/** Memory is counted in powers of 1024, and so are its ticks: 256 MiB, not 250. */
const BINARY = new Set<Unit>(['bytes'])

/** Round steps of an axis from zero to at least the highest value; four or five of them. */
export function valueTicks(unit: Unit, highest: number): readonly number[] {
  const top = highest > 0 ? highest : 1
  const step = BINARY.has(unit) ? binaryStep(top / 4) : decimalStep(top / 4, unit === 'count' && top >= 4)
  const ticks: number[] = []
  for (let index = 0; ticks.length === 0 || (ticks.at(-1) ?? 0) < top; index += 1) ticks.push(round(index * step))
  return ticks
}

function decimalStep(least: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power
  return whole ? Math.max(1, Math.ceil(step)) : step
}

function binaryStep(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, least)))
}

/** Steps such as 0.1 add up to 0.30000000000000004. */
function round(value: number): number {
  return Number(value.toPrecision(12))
}
