import type { Counts } from '../../../../shared/operations/judge-backup.ts'

/** What a dump holds, counted in what pg_restore makes of it. */
export interface DumpCounts {
  /** Rows by table, as PostgreSQL writes its name with its schema. */
  readonly tables: Counts
  readonly largeObjects: number
  /** False: it could not be read to its end. */
  readonly isWhole: boolean
}

/** Reads `slipway<TAB>copied<TAB>ROWS<TAB>COPY …` lines, and what goes with them. */
export function parseDumpCounts(text: string): DumpCounts {
  const lines = text.split('\n').filter((line) => line.startsWith('slipway\t'))
  const value = (kind: string) => lines.find((line) => line.startsWith(`slipway\t${kind}\t`))?.split('\t')[2]
  const tables = lines.flatMap((line): [string, number][] => {
    const [, kind, rows, ...header] = line.split('\t')
    return kind === 'copied' ? [[readTableName(header.join('\t')), Number(rows)]] : []
  })
  return {
    tables: Object.fromEntries(tables),
    largeObjects: Number(value('copied-objects')),
    isWhole: value('read') === '0',
  }
}

/** `public.entries` of `COPY public.entries (id, note) FROM stdin;`. Quoted names may hold anything, `""` is a quote in one. */
function readTableName(header: string): string {
  return /^COPY ((?:"(?:[^"]|"")*"|[^\s"(])+)/.exec(header)?.[1] ?? header
}
