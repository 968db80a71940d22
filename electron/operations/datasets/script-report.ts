import { z } from 'zod'

/** What a script printed: `key<TAB>value` a line; `source` and `copy` lines count the rows of one table. */
export interface ScriptReport {
  readonly values: Readonly<Record<string, string>>
  readonly source: Readonly<Record<string, number>>
  readonly copy: Readonly<Record<string, number>>
}

const countSchema = z.object({ table: z.string(), rows: z.number().int() })

export function parseScriptReport(stdout: string): ScriptReport {
  const values: Record<string, string> = {}
  const counts: Record<'source' | 'copy', Record<string, number>> = { source: {}, copy: {} }
  for (const line of stdout.split('\n')) {
    const tab = line.indexOf('\t')
    if (tab === -1) continue
    const [key, value] = [line.slice(0, tab), line.slice(tab + 1)]
    if (key !== 'source' && key !== 'copy') values[key] = value
    else {
      const { table, rows } = countSchema.parse(JSON.parse(value))
      counts[key][table] = rows
    }
  }
  return { values, ...counts }
}
