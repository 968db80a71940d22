import { type Alias, isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml'
import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import { positionAt } from './source-file.ts'

/** A larger file is no runbook, and reading it would keep the app busy for seconds. */
export const MAX_RUNBOOK_BYTES = 256 * 1024
/** Aliases that one document may resolve: ten levels of ten would be ten thousand million values. */
const MAX_ALIASES = 100

export const TOO_LARGE = `The file is larger than ${MAX_RUNBOOK_BYTES / 1024} KiB.`
/** Characters that YAML does not allow in a file, and that no editor shows: control characters but tabs and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
const UNPRINTABLE = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/

export type RunbookSource = 'built-in' | 'user' | 'stack'
export type DocumentPath = readonly (string | number)[]

interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML file that may be a runbook, or change one. */
export interface RunbookDocument {
  readonly file: string
  readonly source: RunbookSource
  readonly text: string
  /** As plain values; nothing is known of it but that it is YAML. */
  readonly value: unknown
  /** Line and column of a value or, with `key`, of a key of the mapping at `path`; of what is nearest where it is missing. */
  placeOf(path: DocumentPath, key?: string): Place
}

export type ParsedDocument =
  | { readonly document: RunbookDocument; readonly problems: readonly [] }
  | { readonly document: null; readonly problems: readonly RunbookProblem[] }

/** Reads YAML. Never throws: whatever is wrong comes back as problems with their places. */
export function parseRunbookDocument(text: string, file: string, source: RunbookSource): ParsedDocument {
  if (Buffer.byteLength(text) > MAX_RUNBOOK_BYTES) {
    return refuse(file, { line: 1, column: 1 }, TOO_LARGE)
  }
  const unprintable = text.search(UNPRINTABLE)
  if (unprintable !== -1) {
    const code = text.charCodeAt(unprintable).toString(16).toUpperCase().padStart(4, '0')
    return refuse(file, positionAt(text, unprintable), `The character U+${code} cannot be in a YAML file.`)
  }
  try {
    return parse(text, file, source)
  } catch (error) {
    return refuse(file, { line: 1, column: 1 }, explainFailure(error))
  }
}

/** Why a document could not be looked through at all, in words. */
export function explainFailure(error: unknown): string {
  // The stack of calls has an end.
  if (error instanceof RangeError) return 'The document is nested too deeply, or holds itself.'
  return error instanceof Error ? error.message : String(error)
}

function parse(text: string, file: string, source: RunbookSource): ParsedDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const syntax = [...document.errors, ...document.warnings]
  if (syntax.length > 0) {
    const problems = syntax.map(({ code, pos, message }) =>
      aboutPlace(file, placeAt(pos[0]), explainSyntax(code, message)),
    )
    return { document: null, problems }
  }
  const { contents } = document
  const aliases = findAliases(contents)
  if (aliases.length > MAX_ALIASES) {
    const message = `The document uses ${aliases.length} aliases, and at most ${MAX_ALIASES} are read.`
    return refuse(file, { line: 1, column: 1 }, message)
  }
  const lost = aliases.find((alias) => alias.resolve(document) === undefined)
  if (lost !== undefined) {
    return refuse(file, placeAt(lost.range?.[0] ?? 0), `The alias *${lost.source} has no anchor before it.`)
  }
  const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
  const placeOf = (path: DocumentPath, key?: string) => placeAt(offsetOf(contents, path, key))
  return { document: { file, source, text, value, placeOf }, problems: [] }
}

function refuse(file: string, place: Place, message: string): ParsedDocument {
  return { document: null, problems: [aboutPlace(file, place, message)] }
}

/** A problem of a file as a whole, or of a place that is no value. */
export function aboutPlace(file: string, place: Place, message: string): RunbookProblem {
  return { file, ...place, at: '', message, expected: null }
}

function explainSyntax(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'A second document begins here, and a file holds one runbook.'
  return message.split('\n', 1)[0] ?? message
}

function findAliases(contents: Node | null): Alias[] {
  const aliases: Alias[] = []
  if (contents !== null) {
    visit(contents, (_key, node) => {
      if (isAlias(node)) aliases.push(node)
    })
  }
  return aliases
}

/** Where something is: the key itself, the value, or the nearest thing around what is missing. */
function offsetOf(contents: Node | null, path: DocumentPath, key?: string): number {
  let node: unknown = contents
  let offset = contents?.range?.[0] ?? 0
  for (const part of path) {
    const next = descend(node, part)
    if (next === null) return offset
    node = next.value
    offset = next.offset
  }
  const pair = key === undefined ? undefined : isMap(node) ? findPair(node, key) : undefined
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? offset) : offset
}

function descend(node: unknown, part: string | number): { value: unknown; offset: number } | null {
  if (isAlias(node)) return null
  if (isMap(node)) {
    const pair = findPair(node, String(part))
    if (pair === undefined) return null
    const keyOffset = isScalar(pair.key) ? pair.key.range?.[0] : undefined
    return { value: pair.value, offset: valueOffset(pair.value) ?? keyOffset ?? 0 }
  }
  const items = (node as { items?: unknown[] } | null)?.items
  const item = typeof part === 'number' ? items?.[part] : undefined
  return item === undefined ? null : { value: item, offset: valueOffset(item) ?? 0 }
}

function findPair(map: YAMLMap, key: string) {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)
}

function valueOffset(value: unknown): number | undefined {
  return (value as { range?: [number, number, number] | null } | null)?.range?.[0]
}
