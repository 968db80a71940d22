/** A stretch of an image's value in a Compose file: words as they are, or a variable. Offsets are within the value. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly start: number }
  | { readonly kind: 'variable'; readonly start: number; readonly variable: TemplateVariable }

export interface TemplateVariable {
  readonly name: string
  readonly fallback: {
    readonly text: string
    /** Where the default is within the value. */
    readonly start: number
    /** `:-` counts an empty variable as unset, `-` does not. */
    readonly whenEmpty: boolean
  } | null
}

const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(:?[-?])?)/y

/** Takes `repo/app:${VERSION:-1.0.0}` apart. Null for what Slipway would rather not edit: `$$`, `${A:+b}`, nested variables. */
export function parseImageTemplate(value: string): TemplatePart[] | null {
  const parts: TemplatePart[] = []
  let offset = 0
  while (offset < value.length) {
    const dollar = value.indexOf('$', offset)
    const textEnd = dollar === -1 ? value.length : dollar
    if (textEnd > offset) parts.push({ kind: 'text', text: value.slice(offset, textEnd), start: offset })
    if (dollar === -1) break
    const variable = readVariable(value, dollar)
    if (variable === null) return null
    parts.push({ kind: 'variable', start: dollar, variable: variable.variable })
    offset = variable.end
  }
  return parts
}

function readVariable(value: string, start: number): { variable: TemplateVariable; end: number } | null {
  VARIABLE.lastIndex = start
  const match = VARIABLE.exec(value)
  if (match === null) return null
  const [whole, bare, braced, operator] = match
  const after = start + whole.length
  if (bare !== undefined) return { variable: { name: bare, fallback: null }, end: after }
  const close = value.indexOf('}', after)
  const word = value.slice(after, close)
  if (close === -1 || braced === undefined || word.includes('$') || (operator === undefined && word !== '')) return null
  const isDefault = operator === ':-' || operator === '-'
  const fallback = isDefault ? { text: word, start: after, whenEmpty: operator === ':-' } : null
  return { variable: { name: braced, fallback }, end: close + 1 }
}

/** What a variable stands for, given what the environment says of it; null where that is nothing. */
export function evaluateVariable({ fallback }: TemplateVariable, set: string | undefined): string | null {
  if (set !== undefined && !(set === '' && fallback?.whenEmpty)) return set
  return fallback?.text ?? null
}
