import { z } from 'zod'
import type { JournalEntry } from '../../shared/contract/operations.ts'
import { readProgress } from '../../shared/operations/progress.ts'
import type { GateMemory } from '../health/gate-judge.ts'

/** By service: what its gate saw at last. The result `seen` of a step that has gated some. */
export type SeenServices = Readonly<Record<string, GateMemory>>

const restartsSchema = z.record(z.string(), z.number())
const seenSchema = z.record(z.string(), z.object({ containers: restartsSchema, dependencies: restartsSchema }))

/** What the gates of an operation have seen, also those of another app that began it. */
export function readSeen(entries: readonly JournalEntry[]): SeenServices {
  const results = Object.values(readProgress(entries).results)
  return Object.assign({}, ...results.map(({ seen }) => seenSchema.safeParse(seen).data ?? {}))
}
