import type { LogViewState } from '../../shared/contract/logs.ts'

/** What is beside time, service and level: the message, and a column for each key field. */
export interface Columns {
  readonly fields: readonly string[]
  readonly withDay: boolean
  /** Characters that the longest name of a service needs. */
  readonly serviceCharacters: number
}

/** Longer names are cut; the whole is on hover and in the details. */
const MAX_SERVICE_CHARACTERS = 18
/** More columns than this leave no room for the message. */
const MAX_FIELD_COLUMNS = 5

/** The key fields of the shown services, in the order in which their runbook names them, but for those that are hidden. */
export function keyFields(state: LogViewState, services: readonly string[]): string[] {
  const shown = state.services.filter(({ service }) => services.length === 0 || services.includes(service))
  return [...new Set(shown.flatMap(({ fields }) => fields))].slice(0, MAX_FIELD_COLUMNS)
}

export function serviceCharacters(state: LogViewState): number {
  const longest = Math.max(0, ...state.services.map(({ service }) => service.length))
  return Math.min(MAX_SERVICE_CHARACTERS, Math.max(7, longest))
}

/** A path's last part heads its column: `req.id` is `id` only where no other column is. */
export function columnTitle(field: string, fields: readonly string[]): string {
  const short = field.slice(field.lastIndexOf('.') + 1)
  const isAlone = fields.filter((other) => other.slice(other.lastIndexOf('.') + 1) === short).length === 1
  return isAlone ? short : field
}
