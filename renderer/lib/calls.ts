import type { ErrorShape } from '../../shared/errors.ts'
import { toErrorShape } from './error-shape.ts'

/** The failure of a query or mutation as people see it; null while there is none. */
export function failureOf(call: { readonly error: unknown }): ErrorShape | null {
  return call.error ? toErrorShape(call.error) : null
}
