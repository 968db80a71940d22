import { expect, test } from 'vitest'
import { smokeStepSchema } from '../../shared/runbook/probe-schema.ts'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import type { ProbedStack } from './probe-target.ts'
import { explainUnknownVersion, stepsForVersion } from './smoke-versions.ts'

function stack(version: string): ProbedStack {
  const runbook = runbookSchema.parse({
    slipway: 1,
    id: 'shop',
    name: 'Shop',
    match: { images: ['**/shop'] },
    services: [{ name: 'web' }],
  })
  const pins = { web: { reference: `acme/shop:${version}` } }
  return { runbook, pins, containers: {} } as unknown as ProbedStack
}

function step(title: string, versions?: string, path = '/', capture = {}) {
  const http = { service: 'web', port: 80, path }
  return smokeStepSchema.parse({ title, http, expect: {}, capture, ...(versions === undefined ? {} : { versions }) })
}

const captured = (name: string) => `/carts/$\{capture:${name}}`
const steps = [
  step('open a cart', '<2', '/', { cart: 'id' }),
  step('open a basket', '>=2', '/', { basket: 'id' }),
  step('fill the cart', undefined, captured('cart')),
  step('fill the basket', undefined, captured('basket')),
  step('pay'),
]

test.each([
  ['1.9.0', ['open a cart', 'fill the cart', 'pay']],
  ['2.0.0', ['open a basket', 'fill the basket', 'pay']],
  ['latest', ['open a cart', 'open a basket', 'fill the cart', 'fill the basket', 'pay']],
])('of a smoke test, %s takes the steps for its version, and those that need no other', (version, titles) => {
  expect(stepsForVersion(stack(version), steps).map(({ title }) => title)).toEqual(titles)
})

test('a step for some versions is open where the version is not known', () => {
  const explain = (version: string, index: number) => explainUnknownVersion(stack(version), steps[index] ?? step(''))
  expect(explain('latest', 0)).toBe('This step is for versions <2, and the version of web is not known.')
  expect(explain('latest', 4)).toBeNull()
  expect(explain('1.0.0', 0)).toBeNull()
})
