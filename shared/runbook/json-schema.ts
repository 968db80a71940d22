import { z } from 'zod'
import { runbookSchema } from './schema.ts'

/** The runbook format as JSON Schema, for editors: the text of `assets/runbook.schema.json`. */
export function buildRunbookJsonSchema(): string {
  const schema = z.toJSONSchema(runbookSchema, { io: 'input', target: 'draft-7' })
  return `${JSON.stringify({ title: 'Slipway runbook', ...schema }, null, 2)}\n`
}
