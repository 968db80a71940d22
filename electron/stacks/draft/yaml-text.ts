import { stringify } from 'yaml'

/** A text as YAML writes it: in quotes only where it must be, also within `{ }`. */
export function escapeScalar(text: string): string {
  return /^[A-Za-z][\w ./-]*$/.test(text) ? stringify(text).trimEnd() : JSON.stringify(text)
}

/** A name as ids are written: lower-case letters, digits and dashes. */
export function toId(text: string): string {
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return id === '' ? 'stack' : id
}
