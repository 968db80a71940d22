/** Rows by table. */
export type TableCounts = Readonly<Record<string, number>>

export type BackupVerdict =
  | { readonly kind: 'good'; readonly warnings: readonly string[] }
  | { readonly kind: 'empty' | 'incomplete'; readonly reason: string }

/**
 * Whether a copy holds what the source held at the same moment. A backup that holds nothing is an alarm even if
 * the source is as empty: then the product most likely keeps its data elsewhere, and the backup proves nothing.
 */
export function judgeBackup(source: TableCounts, copy: TableCounts, previous: TableCounts | null): BackupVerdict {
  const names = Object.keys(source)
  if (Object.keys(copy).length === 0) {
    const reason =
      names.length === 0 ? 'The database has no tables.' : `The copy has no tables, the database has ${names.length}.`
    return { kind: 'empty', reason }
  }
  const wrong = [...new Set([...names, ...Object.keys(copy)])].find((name) => source[name] !== copy[name])
  if (wrong !== undefined) {
    return {
      kind: 'incomplete',
      reason: `Table ${wrong} has ${source[wrong] ?? 'no'} rows in the database and ${copy[wrong] ?? 'no'} in the copy.`,
    }
  }
  return { kind: 'good', warnings: [...warnOfNoRows(copy), ...warnOfLoss(copy, previous)] }
}

export function sumRows(counts: TableCounts): number {
  return Object.values(counts).reduce((sum, rows) => sum + rows, 0)
}

function warnOfNoRows(copy: TableCounts): string[] {
  return sumRows(copy) === 0 ? ['No table has any rows.'] : []
}

function warnOfLoss(copy: TableCounts, previous: TableCounts | null): string[] {
  return Object.entries(previous ?? {}).flatMap(([table, rows]) => {
    const now = copy[table]
    if (now === undefined) return [`Table ${table}, with ${rows} rows in the backup before, is gone.`]
    if (rows > 0 && now === 0) return [`Table ${table} had ${rows} rows in the backup before, and has none now.`]
    return []
  })
}
