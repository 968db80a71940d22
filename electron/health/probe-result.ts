import type { Health, ProbeResult } from '../../shared/contract/stacks.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import type { Asked } from './ask.ts'

/** As much of a body as a person reads to believe a verdict. */
const SHOWN_CHARACTERS = 2_000
/** Headers that explain a verdict. */
const SHOWN_HEADERS = ['content-type', 'retry-after', 'location', 'www-authenticate']

export interface Finding {
  readonly health: Health
  readonly reason: string
  readonly request: string
  readonly answer: ProbeResult['answer']
  readonly durationMs: number | null
  /** Seconds for which the server asks not to be asked again. */
  readonly retryAfterSeconds?: number | null
}

/** A finding as it is shown and kept: nothing in it tells a secret. */
export function toProbeResult(
  probe: Pick<ProbeResult, 'id' | 'title' | 'service'>,
  finding: Finding,
  mask: Masker,
): ProbeResult {
  const { answer, retryAfterSeconds } = finding
  return {
    ...probe,
    health: finding.health,
    reason: mask(finding.reason),
    request: mask(finding.request),
    // Masked before it is cut: half a secret would no longer be recognised.
    answer: answer === null ? null : { status: answer.status, body: cut(mask(answer.body)) },
    durationMs: finding.durationMs,
    ...(retryAfterSeconds == null ? {} : { retryAfterSeconds }),
    checkedAt: new Date().toISOString(),
  }
}

/** What was answered: the headers that explain a verdict, and the body. Not masked. */
export function showAnswer({ answer }: Pick<Asked, 'answer'>): ProbeResult['answer'] {
  if (answer === null) return null
  const headers = SHOWN_HEADERS.flatMap((name) => {
    const value = answer.headers[name]
    return value === undefined ? [] : [`${name}: ${value}`]
  })
  return { status: answer.status, body: [...headers, ...(headers.length > 0 ? [''] : []), answer.body].join('\n') }
}

function cut(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`
}
