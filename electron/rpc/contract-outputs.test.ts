import { getEventIteratorSchemaDetails, isContractProcedure } from '@orpc/contract'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '../../shared/contract/contract.ts'

const SECRET_NAME = /passw|passphrase|private.?key|secret|token|credential|cookie/i

/** Names that speak of secrets without holding one. */
const HARMLESS = ['savedSecrets']

interface Procedure {
  readonly path: string
  readonly output: z.ZodType
}

function procedures(node: unknown, path: readonly string[] = []): Procedure[] {
  if (isContractProcedure(node)) {
    const { outputSchema } = node['~orpc']
    const schema = getEventIteratorSchemaDetails(outputSchema)?.yields ?? outputSchema
    return [{ path: path.join('.'), output: schema as z.ZodType }]
  }
  return Object.entries(node as object).flatMap(([key, child]) => procedures(child, [...path, key]))
}

interface Property {
  readonly at: string
  readonly name: string
  readonly schema: z.core.JSONSchema.BaseSchema
}

function propertiesOf(schema: unknown, at: string): Property[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema ? Object.entries(schema.properties as object) : []
  return [
    ...own.map(([name, child]) => ({ at: `${at}.${name}`, name, schema: child })),
    ...Object.entries(schema).flatMap(([key, child]) =>
      propertiesOf(child, key === 'properties' ? at : `${at}.${key}`),
    ),
  ]
}

const all = procedures(contract)

test('every procedure says what it answers', () => {
  expect(all.length).toBeGreaterThan(25)
  expect(all.filter(({ output }) => !(output instanceof z.ZodType))).toEqual([])
})

test.each(all)('$path answers with no property that could hold a secret', ({ path, output }) => {
  const json = z.toJSONSchema(output, { unrepresentable: 'any', io: 'output' })
  const found = propertiesOf(json, path)
    .filter(({ name, schema }) => SECRET_NAME.test(name) && schema.type !== 'boolean' && !HARMLESS.includes(name))
    .map(({ at }) => at)
  expect(found).toEqual([])
})

test('objects in answers drop keys that they do not name', () => {
  for (const { path, output } of all) {
    const json = JSON.stringify(z.toJSONSchema(output, { unrepresentable: 'any', io: 'output' }))
    // A loose object says additionalProperties {} or true; a record names its value's type.
    expect([path, /"additionalProperties":(true|\{\})/.test(json)]).toEqual([path, false])
  }
})
