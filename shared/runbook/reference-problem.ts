import { explainExpression } from './expression.ts'
import { isSpecificGlob } from './image-glob.ts'
import { parseJsonPath } from './json-path.ts'

/** What is wrong at one place of a runbook whose form is right. */
export interface ReferenceProblem {
  /** Where in the document. */
  readonly path: Path
  readonly message: string
  readonly expected: string | null
}

export type Path = readonly (string | number)[]

/** A name that leads nowhere. `kind` is what it should name: `service`, `data set`. */
export function unknownName(kind: string, name: string, path: Path, known: ReadonlySet<string>): ReferenceProblem {
  return {
    path,
    message: `“${name}” is no ${kind} of this runbook.`,
    expected: known.size === 0 ? null : `one of ${[...known].join(', ')}`,
  }
}

/** Items of a list that are called as one before them. */
export function doubles<Key extends string>(
  items: readonly Readonly<Record<Key, string>>[],
  key: Key,
  path: Path,
): ReferenceProblem[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const value = item[key]
    if (!seen.has(value)) {
      seen.add(value)
      return []
    }
    return [{ path: [...path, index, key], message: `“${value}” is there twice.`, expected: `another ${key}` }]
  })
}

export function checkExpression(source: string | undefined, path: Path): ReferenceProblem[] {
  const failure = source === undefined ? null : explainExpression(source)
  if (failure === null) return []
  return [{ path, message: `The regular expression cannot be used: ${failure}.`, expected: 'a regular expression' }]
}

export function checkJsonPath(value: string, path: Path): ReferenceProblem[] {
  if (parseJsonPath(value) !== null) return []
  return [{ path, message: `“${value}” is no path into a body.`, expected: 'a path such as items[0].id' }]
}

export function checkGlob(glob: string, path: Path): ReferenceProblem[] {
  if (!isSpecificGlob(glob)) {
    return [{ path, message: `“${glob}” would fit every image.`, expected: 'a glob such as **/acme/api' }]
  }
  return /[:@][^/]*$/.test(glob)
    ? [{ path, message: `“${glob}” holds a tag or digest.`, expected: 'an image repository without its tag' }]
    : []
}
