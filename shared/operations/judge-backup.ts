import { capitalize } from '../capitalize.ts'
/** How much there is of what: rows by table, keys by database, `files` and `bytes`. */
export type Counts = Readonly<Record<string, number>>

/** What a data set holds, as far as an alarm asks: `{ rows: 12 }`, `{ files: 3, bytes: 512 }`. */
export type Totals = Readonly<Record<string, number>>

export interface BackupFacts {
  /** What the source held at the moment of the copy. */
  readonly source: Counts
  readonly copy: Counts
  readonly totals: Totals
  /** What `counts` counts: `table` and `row`. */
  readonly nouns: { readonly group: string; readonly item: string }
  /** False: a source without anything in it is an alarm. A cache may be empty, a database never is. */
  readonly mayBeEmpty: boolean
}

/** The backup before. */
export interface PreviousFacts {
  readonly counts: Counts
  readonly totals: Totals
  /** It held nothing, and a person let that pass. */
  readonly emptyAccepted: boolean
}

export type BackupVerdict =
  | {
      readonly kind: 'good'
      readonly warnings: readonly string[]
      /** It holds nothing, which somebody let pass: the next one need not ask again. */
      readonly emptyAccepted: boolean
    }
  | { readonly kind: 'empty' | 'shrunk' | 'incomplete'; readonly reason: string }

/**
 * Whether a copy holds what the source held at the same moment, which nobody can let pass if not, and whether that can
 * be all. A source that holds nothing is an alarm: then the product most likely keeps its data elsewhere, and the backup
 * proves nothing. One that lost more than `shrinkAlarmPercent` since the backup before is an alarm too.
 */
export function judgeBackup(
  facts: BackupFacts,
  previous: PreviousFacts | null,
  shrinkAlarmPercent: number,
): BackupVerdict {
  const { source, copy, nouns, mayBeEmpty } = facts
  const wrong = [...new Set([...Object.keys(source), ...Object.keys(copy)])].find((name) => source[name] !== copy[name])
  if (wrong !== undefined) {
    const reason = `${capitalize(nouns.group)} ${wrong} has ${source[wrong] ?? 'no'} ${nouns.item}s at the source and ${copy[wrong] ?? 'no'} in the copy.`
    return { kind: 'incomplete', reason }
  }
  const empty = explainEmptiness(facts)
  const alarming = empty !== null && !mayBeEmpty
  if (alarming && previous?.emptyAccepted !== true) return { kind: 'empty', reason: empty }
  const shrunk = explainShrinking(facts.totals, previous, shrinkAlarmPercent)
  if (shrunk !== null) return { kind: 'shrunk', reason: shrunk }
  const hollow = empty ?? (sumCounts(copy) === 0 ? `No ${nouns.group} has any ${nouns.item}s.` : null)
  const warnings = [...(hollow === null ? [] : [hollow]), ...warnOfLoss(facts, previous)]
  return { kind: 'good', warnings, emptyAccepted: alarming }
}

export function sumCounts(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** Of a copy that holds what its source holds. */
function explainEmptiness({ copy, nouns, totals }: BackupFacts): string | null {
  if (nouns.group !== 'table') return Object.values(totals)[0] === 0 ? `There are no ${nouns.item}s in it.` : null
  return Object.keys(copy).length === 0 ? 'The database has no tables.' : null
}

function explainShrinking(totals: Totals, previous: PreviousFacts | null, alarmPercent: number): string | null {
  for (const [what, before] of Object.entries(previous?.totals ?? {})) {
    const now = totals[what] ?? 0
    const lostPercent = before === 0 ? 0 : ((before - now) / before) * 100
    if (lostPercent > alarmPercent) {
      return `It holds ${now} ${what}, ${Math.round(lostPercent)} % fewer than the ${before} of the backup before.`
    }
  }
  return null
}

function warnOfLoss({ copy, nouns }: BackupFacts, previous: PreviousFacts | null): string[] {
  const group = capitalize(nouns.group)
  return Object.entries(previous?.counts ?? {}).flatMap(([name, count]) => {
    const now = copy[name]
    if (now === undefined) return [`${group} ${name}, with ${count} ${nouns.item}s in the backup before, is gone.`]
    if (count > 0 && now === 0)
      return [`${group} ${name} had ${count} ${nouns.item}s in the backup before, and has none now.`]
    return []
  })
}
