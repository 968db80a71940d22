import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import type { SourceFile } from './source-file.ts'

/** Where a service's `image:` is written, in the file that has the last word. */
export interface ImageScalar {
  readonly file: SourceFile
  readonly value: string
  /** Offset of the value's first character in the file's text. */
  readonly start: number
}

/**
 * The `image:` of each service that has one, over all files in their order; null where it is written in a way that
 * cannot be edited safely (`extends`, block scalars, escapes). Anchors and merge keys are followed.
 */
export function findImageScalars(files: readonly SourceFile[]): Map<string, ImageScalar | null> {
  const found = new Map<string, ImageScalar | null>()
  for (const file of files) {
    const document = parseDocument(file.text, { prettyErrors: false })
    const services = document.errors.length > 0 ? undefined : resolveNode(document.get('services', true), document)
    if (!isMap(services)) continue
    for (const pair of services.items) {
      const service = resolveNode(pair.value, document)
      if (!isScalar(pair.key) || !isMap(service)) continue
      const image = findImage(service, document, file)
      if (image !== undefined) found.set(String(pair.key.value), image)
    }
  }
  return found
}

function findImage(service: YAMLMap, document: Document, file: SourceFile): ImageScalar | null | undefined {
  const value = lookUp(service, 'image', document)
  if (value === undefined) return lookUp(service, 'extends', document) === undefined ? undefined : null
  return toImageScalar(value, file)
}

/** A key of a mapping, or of what is merged into it by `<<`, of which the first has precedence. */
function lookUp(map: YAMLMap, key: string, document: Document): unknown {
  const own = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)
  if (own !== undefined) return resolveNode(own.value, document)
  for (const merged of mergedMaps(map, document)) {
    const value = lookUp(merged, key, document)
    if (value !== undefined) return value
  }
  return undefined
}

function mergedMaps(map: YAMLMap, document: Document): YAMLMap[] {
  const merge = map.items.find((pair) => isScalar(pair.key) && pair.key.value === '<<')
  const value = resolveNode(merge?.value, document)
  const nodes = isSeq(value) ? value.items.map((item) => resolveNode(item, document)) : [value]
  return nodes.filter((node): node is YAMLMap => isMap(node) && node !== map)
}

function resolveNode(node: unknown, document: Document): unknown {
  return isAlias(node) ? (node as Alias).resolve(document) : node
}

function toImageScalar(node: unknown, file: SourceFile): ImageScalar | null {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range || isForeignTag(node.tag)) return null
  const [start, end] = node.range
  const source = file.text.slice(start, end)
  const quoted = source.startsWith('"') || source.startsWith("'")
  const written = quoted ? source.slice(1, -1) : source
  // Escapes, folded lines and block scalars are written otherwise than they read.
  return written === node.value ? { file, value: node.value, start: start + (quoted ? 1 : 0) } : null
}

/** `!reset` and `!override` say more than the value does. */
function isForeignTag(tag: string | undefined): boolean {
  return tag !== undefined && !tag.startsWith('tag:yaml.org')
}
