/** Deeper than any log line that somebody meant. What is deeper would overflow the stack of whoever walks it. */
const MAX_DEPTH = 250

/** Whether brackets nest deeper than is safe. Those in texts count as well: it errs on the careful side. */
function isTooDeep(text: string): boolean {
  if (text.length < MAX_DEPTH * 2) return false
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 123 || code === 91) {
      depth += 1
      if (depth > MAX_DEPTH) return true
    } else if (code === 125 || code === 93) depth -= 1
  }
  return false
}

interface SourceContext {
  readonly source?: string
}

/** A number that JavaScript cannot hold stays the text that was written, so that no id is shown as its neighbour. */
function keepLargeNumber(_key: string, value: unknown, context?: SourceContext): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? context.source
    : Number.isFinite(value)
      ? value
      : context.source
}

/** Only where such a number may stand is each value looked at: that takes several times as long. */
const LARGE_NUMBER = /[:,[]\s{0,4}-?(?:\d{16}|\d{1,15}(?:\.\d{1,20})?[eE]\+?\d)/

/** Null: it is not valid JSON, or nests too deep. */
export function parseJson(text: string): { readonly value: unknown } | null {
  if (isTooDeep(text)) return null
  try {
    return { value: JSON.parse(text, LARGE_NUMBER.test(text) ? keepLargeNumber : undefined) as unknown }
  } catch {
    return null
  }
}
