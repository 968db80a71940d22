export type JsonPath = readonly (string | number)[]

/** Segments of a dotted path: `checks.database.status`, `items[0].id`, `["a.b"].c`. Null where it is none; empty: the whole body. */
export function parseJsonPath(path: string): JsonPath | null {
  const segments: (string | number)[] = []
  const token = /(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\["([^"]*)"\]/y
  while (token.lastIndex < path.length) {
    const match = token.exec(path)
    if (match === null) return null
    segments.push(match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]))
  }
  return segments
}

/** The value at a path; `found` tells a missing value from a null one. Only own properties are seen. */
export function readJsonPath(value: unknown, path: JsonPath): { readonly found: boolean; readonly value: unknown } {
  let present = value
  for (const segment of path) {
    if (typeof present !== 'object' || present === null || !Object.hasOwn(present, segment)) {
      return { found: false, value: undefined }
    }
    present = (present as Record<string | number, unknown>)[segment]
  }
  return { found: true, value: present }
}
