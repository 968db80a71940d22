import type { DocumentPath, RunbookDocument } from './runbook-document.ts'

/** Where a value was written. */
export interface Origin {
  readonly document: RunbookDocument
  readonly path: DocumentPath
}

/** A value of a runbook made of several files, each part of which knows the file that wrote it. */
export type LayerTree =
  | { readonly kind: 'map'; readonly origin: Origin; readonly entries: ReadonlyMap<string, LayerTree> }
  | { readonly kind: 'list'; readonly origin: Origin; readonly items: readonly LayerTree[] }
  | { readonly kind: 'value'; readonly origin: Origin; readonly value: unknown }
  /** What a file removed. It stays in the tree, so that whoever misses it is shown who took it. */
  | { readonly kind: 'removed'; readonly origin: Origin }

export function treeOf(document: RunbookDocument, value: unknown = document.value, path: DocumentPath = []): LayerTree {
  const origin = { document, path }
  if (Array.isArray(value)) {
    return { kind: 'list', origin, items: value.map((item, index) => treeOf(document, item, [...path, index])) }
  }
  if (typeof value !== 'object' || value === null) return { kind: 'value', origin, value }
  const entries = Object.entries(value).map(([key, item]) => [key, treeOf(document, item, [...path, key])] as const)
  return { kind: 'map', origin, entries: new Map(entries) }
}

/** The plain values, without what was removed. */
export function plainValue(tree: LayerTree): unknown {
  switch (tree.kind) {
    case 'map':
      return Object.fromEntries(
        [...tree.entries].flatMap(([key, item]) => (item.kind === 'removed' ? [] : [[key, plainValue(item)]])),
      )
    case 'list':
      return presentItems(tree.items).map(plainValue)
    case 'value':
      return tree.value
    case 'removed':
      return undefined
  }
}

/** Where the value at a path comes from. For one that is missing: where it would have to be written. */
export function originOf(tree: LayerTree, path: DocumentPath): Origin {
  let node = tree
  for (const [depth, part] of path.entries()) {
    const next = childOf(node, part)
    if (next === undefined) {
      const { document, path: written } = node.origin
      return { document, path: [...written, ...path.slice(depth)] }
    }
    node = next
  }
  return node.origin
}

export function childOf(node: LayerTree, part: string | number): LayerTree | undefined {
  if (node.kind === 'map') return node.entries.get(String(part))
  return node.kind === 'list' ? presentItems(node.items)[Number(part)] : undefined
}

function presentItems(items: readonly LayerTree[]): LayerTree[] {
  return items.filter(({ kind }) => kind !== 'removed')
}
