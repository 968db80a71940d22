import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import { checkReferences } from '../../shared/runbook/check-references.ts'
import { type Runbook, runbookSchema } from '../../shared/runbook/schema.ts'
import { type LayerTree, originOf, plainValue, treeOf } from './layer-tree.ts'
import { findDoubles, mergeLayers } from './merge-layers.ts'
import { explainFailure, type RunbookDocument } from './runbook-document.ts'
import { explainIssues, type SchemaProblem } from './schema-problems.ts'

/** What a person can mend in one go; more would only hide the first. */
const MAX_PROBLEMS = 50
/** A longer way from a file to the runbook that it changes is nothing that anybody can follow. */
const MAX_LAYERS = 10

/** A longer sentence is one that nobody reads. */
const MAX_TEXT = 300

/** A runbook made of a file and of those that it extends, or why there is none. */
export interface ResolvedRunbook {
  readonly runbook: Runbook | null
  readonly problems: readonly RunbookProblem[]
  /** The file itself, then the one that it extends, and so on. */
  readonly layers: readonly RunbookDocument[]
}

/** All files that may be extended. */
export type DocumentPool = readonly RunbookDocument[]

/** The id that a file gives its runbook: its own, or that of the one that it extends. */
export function idOf({ value }: RunbookDocument): string | null {
  const { id, extends: base } = (value ?? {}) as { id?: unknown; extends?: unknown }
  if (typeof id === 'string') return id
  return id === undefined && typeof base === 'string' ? base : null
}

/** Puts a file on top of those that it extends, and checks the whole. Never throws. */
export function resolveRunbook(document: RunbookDocument, pool: DocumentPool): ResolvedRunbook {
  const chain = followExtends(document, pool)
  if (chain.problem !== null) return { runbook: null, problems: [chain.problem], layers: chain.layers }
  const { layers } = chain
  try {
    return { ...check(layers), layers }
  } catch (error) {
    const message = explainFailure(error)
    return { runbook: null, problems: [problemAt(document, { path: [], message, expected: null })], layers }
  }
}

function followExtends(
  document: RunbookDocument,
  pool: DocumentPool,
): { layers: readonly RunbookDocument[]; problem: RunbookProblem | null } {
  const layers = [document]
  const stop = (at: RunbookDocument, message: string, expected: string | null = null) => {
    return { layers, problem: problemAt(at, { path: ['extends'], message, expected }) }
  }
  for (let top = document; hasExtends(top); ) {
    const wanted = top.value.extends
    if (typeof wanted !== 'string') return stop(top, 'This is of the wrong type.', 'the id of a runbook')
    const base = findBase(top, wanted, pool)
    if (base === null) return { layers, problem: explainMissing(top, wanted, pool) }
    if (layers.includes(base)) {
      const way = [...layers, base].map(({ file }) => file).join(' → ')
      return stop(top, `These files extend each other in a circle: ${way}.`)
    }
    if (layers.length === MAX_LAYERS) return stop(document, `More than ${MAX_LAYERS} files extend each other.`)
    layers.push(base)
    top = base
  }
  return { layers, problem: null }
}

/** Whether a file changes another. */
export function hasExtends(document: RunbookDocument): document is RunbookDocument & { value: { extends: unknown } } {
  const { value } = document
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'extends')
}

const RANK: Readonly<Record<RunbookDocument['source'], number>> = { 'built-in': 0, user: 1, stack: 2 }

/** The file of that id that is nearest. A file that extends its own id extends the one that it replaces. */
function findBase(from: RunbookDocument, id: string, pool: DocumentPool): RunbookDocument | null {
  const limit = RANK[from.source] - (idOf(from) === id ? 1 : 0)
  const candidates = pool.filter((one) => one !== from && idOf(one) === id && RANK[one.source] <= limit)
  return candidates.toSorted((a, b) => RANK[b.source] - RANK[a.source])[0] ?? null
}

/** Why there is nothing to extend: no such runbook, or one that is no nearer than the file itself. */
function explainMissing(from: RunbookDocument, wanted: string, pool: DocumentPool): RunbookProblem {
  const others = pool.filter((one) => one !== from && one.file !== from.file)
  const isBeside = others.some((one) => idOf(one) === wanted && RANK[one.source] === RANK[from.source])
  if (isBeside && idOf(from) === wanted) {
    const message = `The runbook “${wanted}” is beside this file, which needs an id of its own to extend it.`
    return problemAt(from, { path: ['extends'], message, expected: null })
  }
  const ids = [...new Set(others.flatMap((one) => idOf(one) ?? []))].sort()
  const expected = ids.length === 0 ? null : `one of ${ids.join(', ')}`
  return problemAt(from, { path: ['extends'], message: `There is no runbook “${wanted}” to extend.`, expected })
}

function check(layers: readonly RunbookDocument[]): Pick<ResolvedRunbook, 'runbook' | 'problems'> {
  const trees = layers.map((layer) => withoutExtends(treeOf(layer)))
  const doubles = trees.slice(0, -1).flatMap(findDoubles)
  if (doubles.length > 0) return { runbook: null, problems: doubles.map(describeDouble) }
  const tree = trees.reduceRight((base, over) => mergeLayers(base, over))
  const parsed = runbookSchema.safeParse(plainValue(tree))
  const found = parsed.success ? checkReferences(parsed.data) : explainIssues(parsed.error.issues)
  const problems = found.map((one) => locate(tree, one)).slice(0, MAX_PROBLEMS)
  return parsed.success && problems.length === 0 ? { runbook: parsed.data, problems } : { runbook: null, problems }
}

function describeDouble({ name, key, at }: ReturnType<typeof findDoubles>[number]): RunbookProblem {
  const message = `“${name}” is there twice.`
  return problemAt(at.document, { path: at.path, message, expected: `another ${key}` })
}

function withoutExtends(tree: LayerTree): LayerTree {
  if (tree.kind !== 'map') return tree
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => key !== 'extends')) }
}

/** A problem of the whole, told of the file that wrote the value. */
function locate(tree: LayerTree, { path, key, message, expected }: SchemaProblem): RunbookProblem {
  const origin = originOf(tree, key === undefined ? path : [...path, key])
  const last = origin.path.at(-1)
  const isKey = key !== undefined && typeof last === 'string'
  const place = isKey ? { path: origin.path.slice(0, -1), key: last } : { path: origin.path }
  return problemAt(origin.document, { ...place, message, expected })
}

function problemAt(document: RunbookDocument, { path, key, message, expected }: SchemaProblem): RunbookProblem {
  const at = formatPath(key === undefined ? path : [...path, key])
  const place = { file: document.file, ...document.placeOf(path, key) }
  return { ...place, at: clip(at), message: clip(message), expected: expected === null ? null : clip(expected) }
}

/** Texts of the file stand in what is said about it, and one may be as long as the file. */
function clip(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`
}

function formatPath(path: SchemaProblem['path']): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`)).join('')
}
