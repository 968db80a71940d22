/** A longer one is not what a person wrote to recognize an answer. */
const MAX_LENGTH = 1000

/** Why a text is no usable regular expression, in a sentence; null where it is one. */
export function explainExpression(source: string): string | null {
  if (source.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`
  try {
    new RegExp(source)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return repeatsRepetition(source) ? 'a repeated group that holds a repetition could take for ever' : null
}

/** Whether a text matches; false for an expression that {@link explainExpression} refuses. */
export function matchesExpression(source: string, text: string): boolean {
  return explainExpression(source) === null && new RegExp(source).test(text)
}

const REPETITION = /^(?:[+*]|\{\d+,\d*\})/
const TOKEN = /\\.|\[(?:\\.|[^\]\\])*\]|[()]|[+*]|\{\d+,\d*\}|[\s\S]/g

/** `(a+)+` can take longer than anybody lives: a group that repeats something that repeats, at any depth. */
function repeatsRepetition(source: string): boolean {
  const open: { repeats: boolean }[] = []
  for (const { 0: token, index } of source.matchAll(TOKEN)) {
    const group = open.at(-1)
    if (token === '(') open.push({ repeats: false })
    else if (token === ')') {
      open.pop()
      const isRepeated = REPETITION.test(source.slice(index + 1, index + 20))
      if (group?.repeats && isRepeated) return true
      const around = open.at(-1)
      if (around !== undefined && (group?.repeats || isRepeated)) around.repeats = true
    } else if (group !== undefined && REPETITION.test(token)) group.repeats = true
  }
  return false
}
