import type { DataReturn, DatasetReturn } from '../contract/data-return.ts'
import { count } from '../count.ts'
import { type DatasetBackup, factsOf } from './backup-manifest.ts'
import type { Counts } from './judge-backup.ts'

/** A data set as it is now. */
export interface DataNow {
  readonly counts: Counts
  readonly exact: boolean
  readonly schemaVersion: string | null
}

/** What a return to a backup would take away of a data set, and bring back. `now` is the reason where nobody could count. */
export function compareData(backup: DatasetBackup, now: DataNow | { readonly uncounted: string }): DatasetReturn {
  const base = {
    dataset: backup.dataset,
    kind: backup.kind,
    schemaThen: backup.schemaVersion,
    nouns: factsOf(backup).nouns,
  }
  if ('uncounted' in now) {
    return { ...base, schemaNow: null, added: {}, removed: {}, exact: false, uncounted: now.uncounted }
  }
  const [before, after] = [partsOf(backup, heldBy(backup)), partsOf(backup, now.counts)]
  return {
    ...base,
    schemaNow: now.schemaVersion,
    added: differences(before, after),
    removed: differences(after, before),
    exact: now.exact,
    uncounted: null,
  }
}

function heldBy(backup: DatasetBackup): Counts {
  switch (backup.kind) {
    case 'sqlite':
    case 'postgres':
      return backup.tables
    case 'redis':
      return backup.keys
    case 'volume':
      return { files: backup.files }
    case 'bucket':
      return { objects: backup.objects }
  }
}

/** Without what comes and goes by itself. Bytes say nothing that anybody could lose; files do. */
function partsOf(backup: DatasetBackup, counts: Counts): Counts {
  if (backup.kind === 'volume') return { files: counts.files ?? 0 }
  if (backup.kind === 'bucket') return { objects: counts.objects ?? 0 }
  return backup.kind === 'postgres' ? factsOf({ ...backup, tables: { ...counts } }).counts : counts
}

function differences(from: Counts, to: Counts): Record<string, number> {
  const more = Object.entries(to).flatMap(([name, count]): [string, number][] => {
    const difference = count - (from[name] ?? 0)
    return difference > 0 ? [[name, difference]] : []
  })
  return Object.fromEntries(more)
}

type Return = Pick<DataReturn, 'backupAt' | 'datasets'>

/**
 * `The schema of ledger changed from 30 to 39. Rolling back restores the backup of 2026-11-21 14:02 UTC and loses what was
 * written since (at least 3 rows in 2 tables).` What was changed in place shows in no count: hence “at least”.
 */
export function describeReturn({ backupAt, datasets }: Return): string {
  const uncounted = datasets.flatMap(({ dataset, uncounted: why }) =>
    why === null ? [] : [`What ${dataset} holds could not be counted: ${why}`],
  )
  const restores = `Rolling back restores the backup of ${formatMinute(backupAt)} and loses what was written since`
  return [...describeSchemas(datasets), `${restores}${describeLoss(datasets)}.`, ...uncounted].join(' ')
}

/** The same when it has been done. */
export function describeReturned({ backupAt, datasets }: Return): string {
  const loss = `what was written since${describeLoss(datasets)} is no longer used`
  return [...describeSchemas(datasets), `The backup of ${formatMinute(backupAt)} was restored: ${loss}.`].join(' ')
}

function describeSchemas(datasets: readonly DatasetReturn[]): string[] {
  const changed = datasets.filter(
    ({ schemaThen, schemaNow }) => schemaThen !== null && schemaNow !== null && schemaThen !== schemaNow,
  )
  const alike = Map.groupBy(changed, ({ schemaThen, schemaNow }) => `changed from ${schemaThen} to ${schemaNow}.`)
  return [...alike].map(([change, some]) => {
    const names = some.map(({ dataset }) => dataset)
    const words = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
    return `The schema${names.length < 2 ? '' : 's'} of ${words} ${change}`
  })
}

function describeLoss(datasets: readonly DatasetReturn[]): string {
  const losses = [...Map.groupBy(datasets, ({ nouns }) => nouns.item).values()].flatMap((some) => {
    const added = some.flatMap((dataset) => Object.values(dataset.added))
    const sum = added.reduce((total, count) => total + count, 0)
    const nouns = some[0]?.nouns
    if (nouns === undefined || sum === 0) return []
    const items = count(sum, nouns.item)
    return [
      nouns.group !== 'table' && nouns.group !== 'database' ? items : `${items} in ${count(added.length, nouns.group)}`,
    ]
  })
  if (losses.length > 0) {
    const estimated = datasets.some(({ exact, uncounted }) => !exact && uncounted === null)
    return ` (${estimated ? 'by an estimate, about' : 'at least'} ${losses.join(' and ')})`
  }
  const all = datasets.every(({ uncounted }) => uncounted === null)
  return all ? ' (nothing was added since, as far as counting shows)' : ''
}

/** `2026-11-21 14:02 UTC` */
function formatMinute(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}
