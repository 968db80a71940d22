import { type Alias, isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml'
import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import { checkReferences } from '../../shared/runbook/check-references.ts'
import { type Runbook, runbookSchema } from '../../shared/runbook/schema.ts'
import { explainIssues, type SchemaProblem } from './schema-problems.ts'

/** A larger file is no runbook, and reading it would only keep the app busy. */
export const MAX_RUNBOOK_BYTES = 1024 * 1024
/** Aliases that one document may resolve: ten levels of ten would be ten thousand million values. */
const MAX_ALIASES = 100
/** What a person can mend in one go; more would only hide the first. */
const MAX_PROBLEMS = 50

export type LoadedRunbook =
  | { readonly runbook: Runbook; readonly problems: readonly RunbookProblem[] }
  | { readonly runbook: null; readonly problems: readonly RunbookProblem[] }

interface Place {
  readonly line: number
  readonly column: number
}

/** Reads a runbook from its text. Never throws: whatever is wrong comes back as problems with their places. */
export function loadRunbook(text: string, file: string): LoadedRunbook {
  if (Buffer.byteLength(text) > MAX_RUNBOOK_BYTES) {
    return refuse(file, { line: 1, column: 1 }, `The file is larger than ${MAX_RUNBOOK_BYTES / 1024 / 1024} MiB.`)
  }
  try {
    return loadDocument(text, file)
  } catch (error) {
    return refuse(file, { line: 1, column: 1 }, error instanceof Error ? error.message : String(error))
  }
}

function loadDocument(text: string, file: string): LoadedRunbook {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const syntax = [...document.errors, ...document.warnings]
  if (syntax.length > 0) {
    const problems = syntax.map((error) => problem(file, placeAt(error.pos[0]), '', firstLine(error.message), null))
    return { runbook: null, problems: problems.slice(0, MAX_PROBLEMS) }
  }
  const aliases = findAliases(document.contents)
  if (aliases.length > MAX_ALIASES) {
    const message = `The document uses ${aliases.length} aliases, and at most ${MAX_ALIASES} are read.`
    return refuse(file, { line: 1, column: 1 }, message)
  }
  const lost = aliases.find((alias) => alias.resolve(document) === undefined)
  if (lost !== undefined) {
    return refuse(file, placeAt(lost.range?.[0] ?? 0), `The alias *${lost.source} has no anchor before it.`)
  }
  const parsed = runbookSchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }))
  const found = parsed.success ? checkReferences(parsed.data) : explainIssues(parsed.error.issues)
  const problems = found
    .map((one) => problem(file, placeOf(document.contents, one, placeAt), formatPath(one), one.message, one.expected))
    .slice(0, MAX_PROBLEMS)
  return parsed.success && problems.length === 0 ? { runbook: parsed.data, problems } : { runbook: null, problems }
}

function refuse(file: string, place: Place, message: string): LoadedRunbook {
  return { runbook: null, problems: [problem(file, place, '', message, null)] }
}

function problem(file: string, place: Place, at: string, message: string, expected: string | null): RunbookProblem {
  return { file, ...place, at, message, expected }
}

function firstLine(message: string): string {
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

/** Where a problem is: the key itself, the value, or the nearest thing around what is missing. */
function placeOf(contents: Node | null, { path, key }: SchemaProblem, placeAt: (offset: number) => Place): Place {
  let node: unknown = contents
  let offset = contents?.range?.[0] ?? 0
  for (const part of path) {
    const next = descend(node, part)
    if (next === null) return placeAt(offset)
    node = next.value
    offset = next.offset
  }
  const pair = key === undefined ? undefined : isMap(node) ? findPair(node, key) : undefined
  return placeAt(isScalar(pair?.key) ? (pair.key.range?.[0] ?? offset) : offset)
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

function formatPath({ path, key }: SchemaProblem): string {
  const parts = key === undefined ? path : [...path, key]
  return parts
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`))
    .join('')
}
