import type { GateEvidence } from '../../shared/contract/operations.ts'
import type { ProbeResult } from '../../shared/contract/stacks.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import type { ExpectedSchema } from '../../shared/runbook/data-schema.ts'
import { isInRange } from '../../shared/versions/version.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { serviceVersion } from '../stacks/stack-version.ts'
import type { AskData } from './data-question.ts'
import { toProbeResult } from './probe-result.ts'
import { schemasOf } from './schema-owner.ts'

type SchemaQuestion = Stack['runbook']['migrations']['schemaVersions'][number]

/** Reading one value takes no longer, whatever the machine is doing. */
const TIMEOUT_MS = 20_000

export interface SchemaOptions {
  readonly askData: AskData | undefined
  readonly signal: AbortSignal
  /** Schema version by data set before the operation, where it is known. */
  readonly before: Readonly<Record<string, string>>
  /** The version that the schemas are for, where it is not the one that runs yet. */
  readonly version?: string
}

/** The schema versions that are a service's business, then and now, held against what its version must have. */
export async function askSchemas(stack: Stack, service: string, options: SchemaOptions): Promise<GateEvidence[]> {
  const version = options.version ?? serviceVersion(stack, service)
  const evidence: GateEvidence[] = []
  for (const question of schemasOf(stack, service)) {
    const expected = expectedFor(question, version)
    // Nobody to ask, and nothing to hold an answer against.
    if (options.askData === undefined && expected === null) continue
    evidence.push(await askSchema(stack, service, question, expected, options))
  }
  return evidence
}

/** The first range that the version fits; null where the runbook expects nothing of it. */
export function expectedFor({ expected }: SchemaQuestion, version: string | null): ExpectedSchema | null {
  return expected.find(({ versions }) => isInRange(version, versions) === 'yes') ?? null
}

/** As words after “expected”. */
export function describeExpected({ value, atLeast }: ExpectedSchema): string {
  return value ?? `at least ${atLeast}`
}

async function askSchema(
  stack: Stack,
  service: string,
  { dataset, query }: SchemaQuestion,
  expected: ExpectedSchema | null,
  { askData, signal, before }: SchemaOptions,
): Promise<GateEvidence> {
  const earlier = before[dataset] ?? null
  const startedAt = performance.now()
  const build = (verdict: GateEvidence['verdict'], detail: string, after: string | null, body: string | null) => {
    const health = ({ passed: 'healthy', warning: 'degraded', failed: 'down', unknown: 'unknown' } as const)[verdict]
    const answer: ProbeResult['answer'] = body === null ? null : { status: null, body }
    const finding = { health, reason: detail, request: `${dataset}: ${query}`, answer, durationMs: elapsed(startedAt) }
    const about = { id: `schema-${dataset}`, title: `Schema of ${dataset}`, service }
    const probe = toProbeResult(about, finding, createStackMasker(stack))
    const wanted = expected === null ? null : describeExpected(expected)
    return { title: about.title, verdict, detail, probe, schema: { dataset, before: earlier, after, expected: wanted } }
  }
  const unread = (why: string, body: string | null) =>
    build('unknown', `The schema version could not be read: ${why}`, null, body)
  if (askData === undefined) return unread('nobody here can ask a database.', null)
  try {
    const answer = await askData(stack, { dataset, sql: query, timeoutMs: TIMEOUT_MS, signal })
    if (answer.kind === 'refused') return unread(answer.reason, answer.reason)
    const [verdict, detail] = judgeSchema(earlier, answer.value, expected)
    return build(verdict, detail, answer.value, answer.value ?? '(no value)')
  } catch (error) {
    signal.throwIfAborted()
    if (!isSlipwayError(error)) throw error
    return unread(error.message, null)
  }
}

function elapsed(startedAt: number): number {
  return Math.round(performance.now() - startedAt)
}

/** Pure: what a schema version means. One that nothing is expected of is told, and passes. */
export function judgeSchema(
  before: string | null,
  after: string | null,
  expected: ExpectedSchema | null,
): readonly [GateEvidence['verdict'], string] {
  if (after === null) {
    return expected === null
      ? ['unknown', 'The database names no schema version.']
      : ['failed', `The database names no schema version, expected ${describeExpected(expected)}.`]
  }
  const change =
    before === null
      ? `Version ${after}; not known before`
      : before === after
        ? `Version ${after}, unchanged`
        : `Version ${before} → ${after}`
  if (expected !== null && !isExpected(expected, after)) {
    return ['failed', `${change}, expected ${describeExpected(expected)}.`]
  }
  if (before !== null && isOlder(after, before)) return ['warning', `${change}: older than before.`]
  return before === null && expected === null ? ['unknown', `${change}.`] : ['passed', `${change}.`]
}

function isExpected({ value, atLeast }: ExpectedSchema, version: string): boolean {
  return value === undefined ? Number(version) >= (atLeast ?? 0) : value === version
}

function isOlder(after: string, before: string): boolean {
  return Number(after) < Number(before)
}
