import { expect, test } from 'vitest'
import { MASK } from '../../shared/operations/mask.ts'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { createStackMasker } from './stack-masker.ts'

const runbook = runbookSchema.parse({
  slipway: 1,
  id: 'shop',
  name: 'Shop',
  match: { images: ['**/acme/storefront'] },
  services: [{ name: 'web' }],
  secrets: [{ id: 'licence', service: 'web', variable: 'LICENCE' }],
})

function masker(environment: Readonly<Record<string, string>>) {
  const web = { name: 'web', image: 'localhost:5000/acme/storefront:1.0.0', environment }
  return createStackMasker({
    runbook,
    model: { name: 'storefront-live', services: { web } } as never,
    containers: {},
  })
}

test('a password that is also a name of the stack is masked as a password, and not in every sentence', () => {
  const mask = masker({ DB_USER: 'shopkeeper', DB_PASSWORD: 'shopkeeper', API_TOKEN: 'storefront-live' })
  expect(mask('storefront-live-web-1 of shopkeeper did not become healthy')).toBe(
    'storefront-live-web-1 of shopkeeper did not become healthy',
  )
  expect(mask('DB_PASSWORD=shopkeeper\npostgres://shopkeeper:shopkeeper@db/x')).toBe(
    `DB_PASSWORD=${MASK}\npostgres://shopkeeper:${MASK}@db/x`,
  )
})

test('secrets by the runbook, by name and in URLs are masked wherever they stand', () => {
  const mask = masker({ LICENCE: 'l-123456', SESSION_SECRET: 's-123456', DATABASE_URL: 'postgres://u:p-123456@db/x' })
  expect(mask('l-123456 s-123456 p-123456')).toBe(`${MASK} ${MASK} ${MASK}`)
})

test('a secret is masked as JSON and URLs spell it', () => {
  const mask = masker({ API_TOKEN: 'a"b/c 123' })
  expect(mask('{"x":"a\\"b/c 123"} ?x=a%22b%2Fc%20123')).toBe(`{"x":"${MASK}"} ?x=${MASK}`)
  const other = masker({ API_TOKEN: 'ä/<b>&123' })
  const spelled = [String.raw`ä/\u003cb\u003e\u0026123`, String.raw`ä\/<b>&123`, String.raw`\u00e4/<b>&123`]
  expect(spelled.map((text) => other(text))).toEqual([MASK, MASK, MASK])
})
