/** A group that repeats something that repeats: `(a+)+` can take longer than anybody lives. */
const NESTED_REPETITION = /\((?:[^()\\]|\\.)*(?:[+*]|\{\d+,\d*\})(?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,\d*\})/

/** Why a text is no usable regular expression, in a sentence; null where it is one. */
export function explainExpression(source: string): string | null {
  try {
    new RegExp(source)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return NESTED_REPETITION.test(source) ? 'a repeated group that holds a repetition could take for ever' : null
}

/** Whether a text matches; false for an expression that {@link explainExpression} refuses. */
export function matchesExpression(source: string, text: string): boolean {
  return explainExpression(source) === null && new RegExp(source).test(text)
}
