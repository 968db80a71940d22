/** A setting of a data set that stands in a variable: `${env:NAME}`, `${env:SERVICE/NAME}`, and either with `:-TEXT`. */
export interface SettingReference {
  /** Whose variable it is; null: the data set's own service. */
  readonly service: string | null
  readonly variable: string
  /** What it is where the variable is not set or empty; null: nothing is known then. */
  readonly fallback: string | null
}

const REFERENCE = /^\$\{env:(?:([A-Za-z0-9._-]+)\/)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^${}]+))?\}$/

/** Null for a literal, and for what nobody can look up. */
export function parseSetting(text: string): SettingReference | null {
  const [, service = null, variable, fallback = null] = REFERENCE.exec(text) ?? []
  return variable === undefined ? null : { service, variable, fallback }
}

/** The same setting with its service called by another name. */
export function renameSetting(text: string, rename: (service: string) => string): string {
  const reference = parseSetting(text)
  if (reference === null || reference.service === null) return text
  const { service, variable, fallback } = reference
  return `\${env:${rename(service)}/${variable}${fallback === null ? '' : `:-${fallback}`}}`
}
