import { z } from 'zod'
import { KEYED_LISTS } from './keyed-lists.ts'
import { runbookSchema } from './schema.ts'

type Json = { readonly [key: string]: unknown }

/** The runbook format as JSON Schema, for editors: the text of `assets/runbook.schema.json`. */
export function buildRunbookJsonSchema(): string {
  const { $schema, ...whole } = z.toJSONSchema(runbookSchema, { io: 'input', target: 'draft-7' }) as Json
  const definitions: Record<string, unknown> = {}
  const layer = loosen(whole, [], definitions)
  const extended = { type: 'string', description: 'Id of the runbook that this file changes' }
  const schema = {
    title: 'Slipway runbook',
    $schema,
    if: { type: 'object', required: ['extends'] },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: { ...layer, properties: { extends: extended, ...(layer.properties as Json) } },
    else: whole,
    definitions,
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

type At = readonly string[]
type Definitions = Record<string, unknown>

/** What a file that extends another may say: any part of a runbook, and `null` for what it removes. */
function loosen(schema: Json, at: At, definitions: Definitions): Json {
  const { required: _, ...rest } = schema
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => {
      if (key === 'properties') return [key, loosenProperties(value as Record<string, Json>, at, definitions)]
      if (key === 'items' || key === 'additionalProperties') {
        return [key, isSchema(value) ? loosen(value, [...at, '[]'], definitions) : value]
      }
      if (key === 'anyOf' || key === 'oneOf') {
        return ['anyOf', (value as Json[]).map((one) => loosen(one, at, definitions))]
      }
      return [key, value]
    }),
  )
}

function isSchema(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

function loosenProperties(properties: Readonly<Record<string, Json>>, at: At, definitions: Definitions): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const path = [...at, name]
      const loose = loosen(property, path, definitions)
      if (!(path.join('.') in KEYED_LISTS)) return [name, orNull(loose)]
      definitions[name] = loose.items
      const item = { $ref: `#/definitions/${name}` }
      const changes = { type: 'object', additionalProperties: { anyOf: [item, { type: 'null' }] } }
      return [name, { anyOf: [{ ...loose, items: item }, changes, { type: 'null' }] }]
    }),
  )
}

function orNull(schema: Json): Json {
  if (typeof schema.type !== 'string' || 'const' in schema) return { anyOf: [schema, { type: 'null' }] }
  const type = [schema.type, 'null']
  return Array.isArray(schema.enum) ? { ...schema, type, enum: [...schema.enum, null] } : { ...schema, type }
}
