import { expect, test } from 'vitest'
import { isInstalled } from './install.mjs'

type Packages = Record<string, { version?: string; name?: string; optional?: boolean; dev?: boolean }>
const lock = (packages: Packages): { packages: Packages } => ({ packages: { '': { name: 'app' }, ...packages } })
const wanted = lock({
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '2.0.0', dev: true },
  'node_modules/for-another-system': { version: '3.0.0', optional: true },
})

test.each([
  ['all that every system needs is there', { a: '1.0.0', b: '2.0.0' }, true],
  ['more than that is there', { a: '1.0.0', b: '2.0.0', c: '9.0.0' }, true],
  ['one is missing', { a: '1.0.0' }, false],
  ['one is of another version', { a: '1.0.1', b: '2.0.0' }, false],
  ['there is nothing', {}, false],
])('%s: installed is %s', (_name, versions, expected) => {
  const packages = Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }])
  expect(isInstalled(wanted, lock(Object.fromEntries(packages)))).toBe(expected)
})

test('without a record of an install nothing is installed', () => {
  expect(isInstalled(wanted, null)).toBe(false)
  expect(isInstalled(null, wanted)).toBe(false)
})
