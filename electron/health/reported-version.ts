import type { GateEvidence } from '../../shared/contract/operations.ts'
import { parseJsonPath, readJsonPath } from '../../shared/runbook/json-path.ts'
import { isInRange, parseTag } from '../../shared/versions/version.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { serviceVersion } from '../stacks/stack-version.ts'
import { type Asked, ask } from './ask.ts'
import { probeEvidence } from './gate-evidence.ts'
import { showAnswer, toProbeResult } from './probe-result.ts'

const TITLE = 'Version that the product reports'

/**
 * Whether the product says itself that it runs the version that its image is tagged with. Null where it does not
 * report, or not in this version.
 */
export async function askReportedVersion(
  stack: Stack,
  service: string,
  signal: AbortSignal,
): Promise<GateEvidence | null> {
  const { reported } = stack.runbook.versions
  if (reported === undefined || reported.http.service !== service) return null
  const version = serviceVersion(stack, service)
  if (isInRange(version, reported.versions) === 'no') return null
  const asked = await ask(stack, reported.http, { signal })
  const { verdict, detail } = judge(asked, reported.json, version)
  const health = ({ passed: 'healthy', warning: 'degraded', failed: 'down', unknown: 'unknown' } as const)[verdict]
  const { request, durationMs } = asked
  const finding = { health, reason: detail, request, answer: showAnswer(asked), durationMs }
  const about = { id: 'reported-version', title: TITLE, service }
  return { ...probeEvidence(toProbeResult(about, finding, createStackMasker(stack))), verdict }
}

function judge(
  { answer, failure }: Asked,
  path: string,
  version: string | null,
): Pick<GateEvidence, 'verdict' | 'detail'> {
  if (answer === null) return { verdict: 'unknown', detail: failure?.reason ?? 'Nothing was answered.' }
  const said = readVersion(answer.body, path)
  if (said === null) return { verdict: 'unknown', detail: `There is no version at “${path}” of the answer.` }
  return judgeReported(said, version)
}

/** What the product says, held against the tag of its image. Pure. A `v` in front, and what is behind a `+`, do not count. */
export function judgeReported(said: string, version: string | null): Pick<GateEvidence, 'verdict' | 'detail'> {
  if (version === null || parseTag(version) === null) {
    return { verdict: 'warning', detail: `It says ${said}; the image's tag names no version to compare it with.` }
  }
  return plain(said) === plain(version)
    ? { verdict: 'passed', detail: `It says ${said}.` }
    : { verdict: 'failed', detail: `It says ${said}, and its image is tagged ${version}.` }
}

function plain(version: string): string {
  return version
    .trim()
    .replace(/^v(?=\d)/i, '')
    .replace(/\+.*$/, '')
}

function readVersion(body: string, path: string): string | null {
  try {
    const { value } = readJsonPath(JSON.parse(body), parseJsonPath(path) ?? [])
    return typeof value === 'string' && value.trim() !== '' ? value : typeof value === 'number' ? String(value) : null
  } catch {
    return null
  }
}
