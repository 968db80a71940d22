import { z } from 'zod'
import { type JournalEntry, journalEntrySchema } from '../contract/operations.ts'

/** A place where the journal is not what was written: found, told, and read past. */
export interface JournalDamage {
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

export interface JournalText {
  readonly entries: readonly JournalEntry[]
  readonly damage: readonly JournalDamage[]
  /** The last line was cut off in the middle of writing: normal after a crash, and the next entry must begin a new line. */
  readonly torn: boolean
}

const looseEntrySchema = z.looseObject({
  seq: z.number().int(),
  at: z.string(),
  type: z.string(),
  stepId: z.string().optional(),
  message: z.string().optional(),
})

/** Reads `journal.ndjson`. Never throws: what cannot be read is reported, and the rest is read all the same. */
export function parseJournal(text: string): JournalText {
  const torn = text !== '' && !text.endsWith('\n')
  const lines = text.split('\n')
  const entries: JournalEntry[] = []
  const damage: JournalDamage[] = []
  lines.forEach((line, index) => {
    if (line.trim() === '') return
    const entry = parseEntry(line)
    if (entry === null) {
      const last = torn && index === lines.length - 1
      damage.push({ line: index + 1, message: last ? 'The last entry was cut off.' : 'An entry cannot be read.' })
      return
    }
    const previous = entries.at(-1)
    if (previous !== undefined && entry.seq !== previous.seq + 1) {
      damage.push({ line: index + 1, message: `Entry ${entry.seq} follows entry ${previous.seq}.` })
    }
    entries.push(entry)
  })
  return { entries, damage, torn }
}

export function formatEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`
}

function parseEntry(line: string): JournalEntry | null {
  const known = journalEntrySchema.safeParse(parseJson(line))
  if (known.success) return known.data
  const loose = looseEntrySchema.safeParse(parseJson(line))
  return loose.success ? keepUnknown(loose.data) : null
}

/** An entry that only a newer app understands is kept whole, as a note. */
function keepUnknown(entry: z.infer<typeof looseEntrySchema>): JournalEntry {
  const said = entry.message === undefined ? '' : `: ${entry.message}`
  return {
    seq: entry.seq,
    at: entry.at,
    type: 'note',
    ...(entry.stepId === undefined ? {} : { stepId: entry.stepId }),
    message: `“${entry.type}”, written by a newer version of this app${said}`,
    data: { unknown: entry },
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
