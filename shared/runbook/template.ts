/** A reference in a request: `${secret:ID}` or `${capture:NAME}`. */
export interface TemplateReference {
  readonly kind: string
  readonly name: string
  /** As written. */
  readonly text: string
}

const REFERENCE = /\$\{(?:([a-z]+):)?([^}]*)\}/g

export function findReferences(text: string): TemplateReference[] {
  return [...text.matchAll(REFERENCE)].map(([written, kind = '', name = '']) => ({ kind, name, text: written }))
}

/** All strings in a value of any depth, keys left out. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}

/** Replaces each reference by what `resolve` says. */
export function fillTemplate(text: string, resolve: (reference: TemplateReference) => string): string {
  return text.replace(REFERENCE, (written, kind: string | undefined, name: string) =>
    resolve({ kind: kind ?? '', name, text: written }),
  )
}

/** The same for every string in a value; everything else stays as it is. */
export function fillTemplates(value: unknown, resolve: (reference: TemplateReference) => string): unknown {
  if (typeof value === 'string') return fillTemplate(value, resolve)
  if (Array.isArray(value)) return value.map((item) => fillTemplates(item, resolve))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillTemplates(item, resolve)]))
}
