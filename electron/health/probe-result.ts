import type { Health, ProbeResult } from '../../shared/contract/stacks.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import type { MetricFigure } from '../../shared/runbook/read-metrics.ts'
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
  /** What the runbook wants to have drawn of the answer. */
  readonly figures?: readonly MetricFigure[]
}

/** A result with the figures of its answer, which go into the store and not to the page. */
export interface AskedProbe extends ProbeResult {
  readonly figures?: readonly MetricFigure[]
}

/** A finding as it is shown and kept: nothing in it tells a secret. */
export function toProbeResult(
  probe: Pick<ProbeResult, 'id' | 'title' | 'service'>,
  finding: Finding,
  mask: Masker,
): AskedProbe {
  const { answer, retryAfterSeconds, figures = [] } = finding
  return {
    ...probe,
    health: finding.health,
    reason: mask(finding.reason),
    request: mask(finding.request),
    // Masked before it is cut: half a secret would no longer be recognised.
    answer: answer === null ? null : { status: answer.status, body: cut(mask(answer.body)) },
    durationMs: finding.durationMs,
    ...(retryAfterSeconds == null ? {} : { retryAfterSeconds }),
    ...(figures.length === 0 ? {} : { figures: figures.map((figure) => ({ ...figure, label: mask(figure.label) })) }),
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
