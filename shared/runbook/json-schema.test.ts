import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildRunbookJsonSchema } from './json-schema.ts'

test('the JSON Schema for editors is that of the present format (npm run runbook -- schema writes it anew)', () => {
  const committed = readFileSync(new URL('../../assets/runbook.schema.json', import.meta.url), 'utf8')
  expect(committed).toBe(buildRunbookJsonSchema())
})
