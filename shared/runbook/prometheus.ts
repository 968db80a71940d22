/** One sample of an exposition: `handoffs_total{tenant="acme"} 12`. */
export interface PrometheusSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type ParsedExposition =
  | { readonly samples: readonly PrometheusSample[]; readonly problem: null }
  | { readonly samples: null; readonly problem: string }

/** A label with its value in quotes, in which only `\\`, `\"` and `\n` are escapes; or a bare quoted name (UTF-8 names). */
const LABEL = /\s*(?:([A-Za-z_:][A-Za-z0-9_:.]*)|"((?:[^"\\\n]|\\.)*)")\s*(?:=\s*"((?:[^"\\\n]|\\.)*)"\s*)?(,|(?=\}))/y
const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y
/** Behind the value there may be a time and, in OpenMetrics, an exemplar of its own. */
const VALUE = /^[ \t]+(\S+)(?:[ \t]+[-+]?\d+(?:\.\d+)?)?[ \t]*(?:#[ \t]*\{.*)?$/

/**
 * The samples of a body in the Prometheus text format (0.0.4) or OpenMetrics 1.0; see
 * https://prometheus.io/docs/instrumenting/exposition_formats/. A line that is neither makes the whole body unfit:
 * half an exposition would prove nothing.
 */
export function parsePrometheus(body: string): ParsedExposition {
  const samples: PrometheusSample[] = []
  for (const [index, raw] of body.split('\n').entries()) {
    const line = raw.replace(/\r$/, '').replace(/^[ \t]+/, '')
    if (line === '' || line.startsWith('#')) continue
    const sample = parseSample(line)
    if (sample === null) return { samples: null, problem: `line ${index + 1} is no sample of a metric` }
    samples.push(sample)
  }
  return { samples, problem: null }
}

function parseSample(line: string): PrometheusSample | null {
  NAME.lastIndex = 0
  const name = NAME.exec(line)?.[0] ?? ''
  const afterName = line.slice(name.length)
  const gap = /^[ \t]*\{/.exec(afterName)?.[0].length
  const labelled = gap === undefined ? { labels: {}, name: null, rest: afterName } : parseLabels(afterName.slice(gap))
  if (labelled === null) return null
  const whole = name === '' ? labelled.name : name
  const value = parseValue(VALUE.exec(labelled.rest)?.[1])
  return whole === null || value === null ? null : { name: whole, labels: labelled.labels, value }
}

interface ParsedLabels {
  readonly labels: Record<string, string>
  /** `{"a.name.with.dots", …}`: the metric's own name, where it stands among the labels. */
  readonly name: string | null
  readonly rest: string
}

/** What follows the opening brace. */
function parseLabels(text: string): ParsedLabels | null {
  const labels: Record<string, string> = {}
  let name: string | null = null
  let position = 0
  for (;;) {
    const end = /^\s*\}/.exec(text.slice(position))
    if (end !== null) return { labels, name, rest: text.slice(position + end[0].length) }
    LABEL.lastIndex = position
    const match = LABEL.exec(text)
    if (match === null) return null
    const [whole, bare, quoted, value] = match
    const key = bare ?? unescapeLabel(quoted ?? '')
    if (value !== undefined) labels[key] = unescapeLabel(value)
    else if (quoted !== undefined && name === null) name = key
    else return null
    position += whole.length
  }
}

function unescapeLabel(text: string): string {
  return text.replace(/\\(.)/g, (escaped, character: string) =>
    character === 'n' ? '\n' : character === '\\' || character === '"' ? character : escaped,
  )
}

/** As Go's ParseFloat reads it, which is what Prometheus does. */
function parseValue(text: string | undefined): number | null {
  if (text === undefined) return null
  const special = /^([-+]?)(nan|inf|infinity)$/i.exec(text)
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  return /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : null
}
