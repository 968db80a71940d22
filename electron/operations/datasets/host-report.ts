import { z } from 'zod'
import type { Counts } from '../../../shared/operations/judge-backup.ts'

const countSchema = z.object({ table: z.string(), rows: z.number().int() })

/** What statements and scripts reported: `slipway<TAB>KIND<TAB>VALUE` a line. Everything else is left out. */
export interface Report {
  readonly values: Readonly<Record<string, string>>
  readonly tables: Counts
}

export function parseReport(text: string): Report {
  const values: Record<string, string> = {}
  const tables: Record<string, number> = {}
  for (const line of text.split('\n')) {
    const [mark, kind = '', ...rest] = line.split('\t')
    if (mark !== 'slipway') continue
    const value = rest.join('\t')
    if (kind === 'rows') {
      const { table, rows } = countSchema.parse(JSON.parse(value))
      tables[table] = rows
    } else values[kind] ??= value
  }
  return { values, tables }
}
