import { expect, test } from 'vitest'
import { formatBytes, formatMemory } from './format-bytes.ts'

test.for([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [14_200_000, '14.2 MB'],
  [99_960_000, '100 MB'],
  [142_000_000, '142 MB'],
  [999_700, '1.0 MB'],
  [2_100_000_000, '2.1 GB'],
  [5_000_000_000_000_000, '5000 TB'],
  [-5, '0 B'],
] as const)('writes %d bytes as %s', ([bytes, text]) => expect(formatBytes(bytes)).toBe(text))

test('counts memory in powers of 1024, as limits are set', () => {
  expect(formatMemory(31_457_280)).toBe('30.0 MiB')
  expect(formatMemory(1_073_741_824)).toBe('1.0 GiB')
})
