import type { GateEvidence } from '../../shared/contract/operations.ts'
import type { Stack } from '../stacks/stack.ts'
import type { AskData } from './data-question.ts'
import { askReportedVersion } from './reported-version.ts'
import { askSchemas } from './schema-evidence.ts'

export interface LastOptions {
  readonly signal: AbortSignal
  readonly askData?: AskData
  readonly schemaBefore?: Readonly<Record<string, string>>
  /** The verdict is there already: a product that is down is not asked which version it runs. */
  readonly isQuiet?: boolean
}

/** What cannot be seen from outside, asked once all else is well: the schema of the data, the version reported. */
export async function askLast(stack: Stack, service: string, options: LastOptions): Promise<GateEvidence[]> {
  const { signal, askData, schemaBefore = {}, isQuiet = false } = options
  const schemas = await askSchemas(stack, service, { askData, signal, before: schemaBefore })
  const reported = isQuiet ? null : await askReportedVersion(stack, service, signal)
  return [...schemas, ...(reported === null ? [] : [reported])]
}

/** What stands in the way of a verdict. `final`: waiting would not change it. */
export interface OpenQuestion {
  readonly kind: 'failed' | 'unknown' | 'final'
  readonly reason: string
}

/**
 * The first answer that is not good enough; null: all are. A schema of which nothing is expected is only told. On the
 * way back the data decides about its schema: an older version may well run on a newer one.
 */
export function findOpen(
  evidence: readonly GateEvidence[],
  { isReturn = false }: { readonly isReturn?: boolean },
): OpenQuestion | null {
  const open = evidence.filter(({ verdict, schema }) => {
    if (verdict === 'passed' || verdict === 'warning') return false
    return schema === undefined || (schema.expected !== null && !isReturn)
  })
  const first = open.find(({ verdict }) => verdict === 'failed') ?? open[0]
  if (first === undefined) return null
  const reason = `${first.title}: ${first.detail}`
  if (first.verdict === 'unknown') return { kind: 'unknown', reason }
  // A migration may still be under way; a product that says another version will go on saying it.
  return { kind: first.schema === undefined ? 'final' : 'failed', reason }
}
