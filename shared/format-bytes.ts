const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB'] as const
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `23.4 MB`: powers of 1000, as registries and disks count; at most three digits. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, 1000, DECIMAL)
}

/** `23.4 MiB`: powers of 1024, as memory limits are counted. */
export function formatMemory(bytes: number): string {
  return formatScaled(bytes, 1024, BINARY)
}

function formatScaled(bytes: number, base: number, units: readonly string[]): string {
  let value = Math.max(0, bytes)
  let unit = 0
  // Judged as it will be written: 999.9 kB would be written as 1000 kB.
  while (Math.round(value) >= base && unit < units.length - 1) {
    value /= base
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits)} ${units[unit]}`
}
