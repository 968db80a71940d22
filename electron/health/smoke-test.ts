import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GateEvidence } from '../../shared/contract/operations.ts'
import type { ProbeResult, Verdict } from '../../shared/contract/stacks.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import { parseJsonPath, readJsonPath } from '../../shared/runbook/json-path.ts'
import { judge } from '../../shared/runbook/judge.ts'
import type { SmokeStep } from '../../shared/runbook/probe-schema.ts'
import type { Expectation } from '../../shared/runbook/request-schema.ts'
import { fillTemplates, findReferences, stringsIn, type TemplateReference } from '../../shared/runbook/template.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { type Asked, ask } from './ask.ts'
import type { GateResult } from './gate.ts'
import { probeEvidence } from './gate-evidence.ts'
import { showAnswer, toProbeResult } from './probe-result.ts'
import { type SmokeScope, scopeSmokeTest } from './smoke-scope.ts'
import { explainUnknownVersion, stepsForVersion } from './smoke-versions.ts'

export interface SmokeTestOptions {
  readonly signal: AbortSignal
  /** `step 2 of 5: List errors`. */
  readonly onProgress?: (message: string) => void
}

/** Cleaning up has time of its own, also when the test was cancelled. */
const CLEANUP_MS = 30_000
/** Between two requests of a step that may hold a moment later. */
const AGAIN_MS = 1_000

export interface SmokeResult extends GateResult {
  /** Set with an `unknown` that no answer brought about: what this stack cannot be asked. */
  readonly untested?: string
}

interface Run {
  readonly stack: Stack
  readonly mask: Masker
  readonly captured: Map<string, string>
  readonly id: string
}

/**
 * Uses the product as its clients do, as the runbook says: step by step until one fails, then the cleanup in any
 * case. Null where the runbook has no smoke test for the version that runs. Where nothing that uses the product is left
 * of it on this stack, the verdict is never `passed`. Throws only when `signal` aborts, after the cleanup.
 */
export async function runSmokeTest(
  stack: Stack,
  { signal, onProgress }: SmokeTestOptions,
): Promise<SmokeResult | null> {
  const { smokeTest } = stack.runbook
  const scope = scopeSmokeTest(stack)
  const steps = stepsForVersion(stack, smokeTest?.steps ?? [])
  if (smokeTest === undefined || steps.length === 0) return scope.untested === null ? null : conclude([], 0, scope)
  const run: Run = {
    stack,
    mask: createStackMasker(stack),
    captured: new Map(),
    id: randomBytes(6).toString('hex'),
  }
  const evidence: GateEvidence[] = []
  try {
    for (const [index, step] of steps.entries()) {
      onProgress?.(`step ${index + 1} of ${steps.length}: ${step.title}`)
      const result = await runStep(run, step, signal)
      evidence.push(result)
      if (result.verdict !== 'passed') break
    }
  } finally {
    evidence.push(...(await cleanUp(run, stepsForVersion(stack, smokeTest.cleanup))))
  }
  signal.throwIfAborted()
  return conclude(evidence, steps.length, scope)
}

/** Pure: what the answers come to, with what nobody asked. */
export function conclude(
  asked: readonly GateEvidence[],
  steps: number,
  { leftOut, untested }: SmokeScope,
): SmokeResult {
  const evidence = leftOut === null ? asked : [...asked, describeRest(leftOut, untested)]
  const bad = asked.find(({ verdict }) => verdict === 'failed' || verdict === 'unknown')
  if (bad !== undefined) {
    const verdict = bad.verdict === 'unknown' ? 'unknown' : 'failed'
    return { verdict, reason: `${bad.title}: ${bad.detail}`, evidence, error: null }
  }
  if (untested !== null) {
    return { verdict: 'unknown', reason: `Whether it works is not known. ${untested}`, evidence, error: null, untested }
  }
  const reason = [steps === 1 ? 'Its one step passed.' : `All ${steps} steps passed.`, leftOut ?? []].flat().join(' ')
  return { verdict: 'passed', reason, evidence, error: null }
}

function describeRest(detail: string, untested: string | null): GateEvidence {
  return { title: 'Left out', verdict: untested === null ? 'warning' : 'unknown', detail, probe: null }
}

/** Asks once, or again and again for as long as the step allows; the last answer is the evidence. */
async function runStep(run: Run, step: SmokeStep, signal: AbortSignal): Promise<GateEvidence> {
  const open = explainUnknownVersion(run.stack, step)
  if (open !== null) return { title: step.title, verdict: 'unknown', detail: open, probe: null }
  const deadline = performance.now() + (step.withinSeconds ?? 0) * 1000
  for (;;) {
    const evidence = await askStep(run, step, signal)
    if (evidence.verdict === 'passed' || performance.now() >= deadline) return evidence
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

async function askStep(run: Run, step: SmokeStep, signal: AbortSignal): Promise<GateEvidence> {
  const asked = await ask(run.stack, step.http, { signal, values: (reference) => knownValue(run, reference) })
  const { verdict, reason } = judgeStep(run, step, asked)
  return toEvidence(run, step, asked, verdict, reason)
}

function knownValue({ captured, id }: Run, { kind, name }: TemplateReference): string | undefined {
  if (kind === 'capture') return captured.get(name)
  return kind === 'run' && name === 'id' ? id : undefined
}

function judgeStep(run: Run, step: SmokeStep, { answer, failure }: Asked): { verdict: Verdict; reason: string } {
  if (answer === null) {
    const isUnknown = failure?.kind === 'lost' || failure?.kind === 'forbidden'
    return { verdict: isUnknown ? 'unknown' : 'failed', reason: failure?.reason ?? 'Nothing was answered.' }
  }
  const expected = fillTemplates(
    step.expect,
    (reference) => knownValue(run, reference) ?? reference.text,
  ) as Expectation
  const { holds, reason } = judge(expected, answer)
  // Kept of a wrong answer too: what it made has to be cleaned up.
  const missing = capture(run, step, answer.body)
  if (!holds) return { verdict: 'failed', reason }
  return missing === null ? { verdict: 'passed', reason } : { verdict: 'failed', reason: missing }
}

/** Keeps values for later steps. What is wrong otherwise. */
function capture({ captured }: Run, step: SmokeStep, body: string): string | null {
  const wanted = Object.entries(step.capture)
  if (wanted.length === 0) return null
  const parsed = parse(body)
  for (const [name, path] of wanted) {
    const { value } = readJsonPath(parsed, parseJsonPath(path) ?? [])
    if (typeof value !== 'string' && typeof value !== 'number') return `“${path}” is no text or number in the answer.`
    captured.set(name, String(value))
  }
  return null
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

function toEvidence(run: Run, step: SmokeStep, asked: Asked, verdict: Verdict, reason: string): GateEvidence {
  const health = verdict === 'passed' ? 'healthy' : verdict === 'unknown' ? 'unknown' : 'down'
  const probe: ProbeResult = toProbeResult(
    { id: 'smoke-test', title: step.title, service: step.http.service },
    { health, reason, request: asked.request, answer: showAnswer(asked), durationMs: asked.durationMs },
    run.mask,
  )
  return { ...probeEvidence(probe), verdict }
}

/** What a step would have made is only taken away where it was made. A failed cleanup is told, and changes no verdict. */
async function cleanUp(run: Run, steps: readonly SmokeStep[]): Promise<GateEvidence[]> {
  const evidence: GateEvidence[] = []
  const signal = AbortSignal.timeout(CLEANUP_MS)
  for (const step of steps.filter((candidate) => isFilled(run, candidate))) {
    try {
      const result = await runStep(run, step, signal)
      evidence.push(result.verdict === 'passed' ? result : { ...result, verdict: 'warning' })
    } catch (error) {
      if (!signal.aborted) throw error
      const detail = `It was not cleaned up within ${CLEANUP_MS / 1000} s.`
      evidence.push({ title: step.title, verdict: 'warning', detail, probe: null })
    }
  }
  return evidence
}

function isFilled({ captured }: Run, { http }: SmokeStep): boolean {
  const references = stringsIn([http.path, http.host, http.headers, http.body]).flatMap(findReferences)
  return references.every(({ kind, name }) => kind !== 'capture' || captured.has(name))
}
