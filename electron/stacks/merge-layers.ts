import { KEYED_LISTS } from '../../shared/runbook/keyed-lists.ts'
import { childOf, type LayerTree, type Origin, originOf } from './layer-tree.ts'

/** Items of one file that change what an item before them has changed already: where each second one gives its name. */
export function findDoubles(tree: LayerTree): { readonly name: string; readonly key: string; readonly at: Origin }[] {
  return Object.entries(KEYED_LISTS).flatMap(([at, key]) => {
    const list = at
      .split('.')
      .reduce<LayerTree | undefined>((node, part) => (node === undefined ? node : childOf(node, part)), tree)
    const seen = new Set<string>()
    return (list?.kind === 'list' ? list.items : []).flatMap((item) => {
      const name = nameOf(item, key)
      if (name === null || !seen.has(name)) {
        if (name !== null) seen.add(name)
        return []
      }
      return [{ name, key, at: originOf(item, [key]) }]
    })
  })
}

type MapTree = Extract<LayerTree, { kind: 'map' }>
type ListTree = Extract<LayerTree, { kind: 'list' }>

/**
 * What a file makes of the runbook that it extends: mappings are merged, at any depth; items of lists with names are
 * merged by these, and new ones put behind; other lists and values are replaced. `null` removes what the base has.
 * Where the base has nothing, it is a value like any other. A list with names may also be written as a mapping from
 * name to change, in which `null` removes the item.
 */
export function mergeLayers(base: LayerTree, over: LayerTree, at: readonly string[] = []): LayerTree {
  if (base.kind === 'removed') return over
  if (over.kind === 'value' && over.value === null) return { kind: 'removed', origin: over.origin }
  if (base.kind === 'map' && over.kind === 'map') return mergeMaps(base, over, at)
  const key = KEYED_LISTS[at.join('.')]
  if (base.kind !== 'list' || key === undefined) return over
  if (over.kind === 'list') return mergeLists(base, over, key)
  return over.kind === 'map' ? mergeChanges(base, over, key) : over
}

function mergeMaps(base: MapTree, over: MapTree, at: readonly string[]): LayerTree {
  const entries = new Map(base.entries)
  for (const [key, change] of over.entries) {
    const before = base.entries.get(key)
    entries.set(key, before === undefined ? change : mergeLayers(before, change, [...at, key]))
  }
  return { kind: 'map', origin: over.origin, entries }
}

function mergeLists(base: ListTree, over: ListTree, key: string): LayerTree {
  const items = [...base.items]
  const known = new Map(base.items.map((item, index) => [nameOf(item, key), index]))
  for (const change of over.items) {
    const name = nameOf(change, key)
    const index = name === null ? undefined : known.get(name)
    if (index === undefined) items.push(change)
    else items[index] = mergeItem(items[index], change)
  }
  return { kind: 'list', origin: over.origin, items }
}

/** `probes: { health: null, ready: { … } }` */
function mergeChanges(base: ListTree, over: MapTree, key: string): LayerTree {
  const items = [...base.items]
  for (const [name, written] of over.entries) {
    const index = base.items.findIndex((item) => nameOf(item, key) === name)
    const change = withName(written, key, name)
    if (index === -1) items.push(change)
    else items[index] = mergeItem(base.items[index], change)
  }
  return { kind: 'list', origin: over.origin, items }
}

function mergeItem(base: LayerTree | undefined, change: LayerTree): LayerTree {
  // Nothing within an item is a list with names, so where it stands says nothing any more.
  return base === undefined ? change : mergeLayers(base, change, ['[]'])
}

function nameOf(item: LayerTree, key: string): string | null {
  const named = item.kind === 'map' ? item.entries.get(key) : undefined
  return named?.kind === 'value' && typeof named.value === 'string' ? named.value : null
}

function withName(change: LayerTree, key: string, name: string): LayerTree {
  if (change.kind !== 'map' || change.entries.has(key)) return change
  const named: LayerTree = { kind: 'value', origin: change.origin, value: name }
  return { ...change, entries: new Map([[key, named], ...change.entries]) }
}
