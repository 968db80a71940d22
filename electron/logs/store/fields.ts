type Fields = Readonly<Record<string, unknown>> | null

/** Deeper, or more of them, is for the pretty view. */
const MAX_FIELDS = 500
const MAX_DEPTH = 8

/** A value as the screen shows it and as filters compare it. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** The value at a path of dots; a key that has dots itself goes before. Undefined: there is none. */
export function fieldText(fields: Fields, path: string): string | undefined {
  const value = valueAt(fields, path)
  return value === undefined ? undefined : textOf(value)
}

function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path]
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot)
    if (!Object.hasOwn(value, head)) continue
    const found = valueAt((value as Record<string, unknown>)[head], path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** Every value by its path, those within objects too. */
export function flattenFields(fields: Fields): { field: string; value: string }[] {
  const found: { field: string; value: string }[] = []
  const visit = (value: unknown, path: string, depth: number) => {
    if (found.length >= MAX_FIELDS) return
    if (typeof value !== 'object' || value === null || Array.isArray(value) || depth >= MAX_DEPTH) {
      found.push({ field: path, value: textOf(value) })
      return
    }
    for (const [key, child] of Object.entries(value)) visit(child, path === '' ? key : `${path}.${key}`, depth + 1)
  }
  if (fields !== null) visit(fields, '', 0)
  return found
}
