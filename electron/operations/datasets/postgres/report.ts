import { z } from 'zod'
import type { Report } from '../host-report.ts'

const factsSchema = z.object({
  serverVersion: z.string(),
  owner: z.string(),
  encoding: z.string(),
  collation: z.string(),
  characterType: z.string(),
  localeProvider: z.string().nullable(),
  locale: z.string().nullable(),
  connectionLimit: z.number().int(),
  extensions: z.record(z.string(), z.string()),
  settings: z.array(z.object({ role: z.string().nullable(), name: z.string(), value: z.string() })),
  grants: z
    .array(z.object({ grantee: z.string().nullable(), privilege: z.string(), grantable: z.boolean() }))
    .nullable(),
})
export type DatabaseFacts = z.infer<typeof factsSchema>

export function parseFacts({ values }: Report): DatabaseFacts {
  return factsSchema.parse(JSON.parse(values.facts ?? 'null'))
}
