import { expect, it } from 'vitest'
import { readKept } from './log-description.ts'

const KIB = 1024
const MIB = KIB * KIB

it.for([
  ['json-file', {}, null],
  ['json-file', { 'max-file': '3' }, null],
  ['json-file', { 'max-size': '10m' }, 0],
  ['json-file', { 'max-size': '10m', 'max-file': '3' }, 20 * MIB],
  ['json-file', { 'max-size': '64k', 'max-file': '2' }, 64 * KIB],
  ['json-file', { 'max-size': '1.5MB', 'max-file': '2' }, 1.5 * MIB],
  ['json-file', { 'max-size': '-1', 'max-file': '2' }, null],
  ['local', {}, 80 * MIB],
  ['local', { 'max-file': '2' }, 20 * MIB],
  ['journald', { 'max-size': '10m', 'max-file': '3' }, null],
] as const)('the driver %s with %j keeps at least %s bytes', ([driver, options, kept]) => {
  expect(readKept(driver, options)).toBe(kept)
})
