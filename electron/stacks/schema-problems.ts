import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** What is wrong at one place of a document, in the words of a person who edits it. */
export interface SchemaProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly expected: string | null
  /** The problem is a key of the object at `path`, not its value. */
  readonly key?: string
}

/** The issues of a failed parse. Of a union, the branch that comes closest is the one that is explained. */
export function explainIssues(issues: readonly Issue[], before: SchemaProblem['path'] = []): SchemaProblem[] {
  return issues.flatMap((issue) => {
    const path = [...before, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
    if (issue.code === 'invalid_union') return explainUnion(issue, path)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path, key, message: `Slipway does not know “${key}” here.`, expected: null }))
    }
    return [{ path, ...explainIssue(issue) }]
  })
}

/**
 * The forms that know most of the keys that are there are the ones that may have been meant: of these the one that
 * comes closest is explained, or where each lacks what makes it that form, the choice.
 */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, path: SchemaProblem['path']): SchemaProblem[] {
  const branches = issue.errors.filter((errors) => errors.length > 0)
  const fewest = Math.min(...branches.map((branch) => unknownKeys(branch).length))
  const meant = branches.filter((branch) => unknownKeys(branch).length === fewest)
  const choice = findChoice(meant)
  if (choice !== null) {
    const unknown = unknownKeys(meant[0] ?? [])
    return [
      { path, message: 'This does not say what it is.', expected: `one of ${choice.join(', ')}` },
      ...unknown.map((key) => ({ path, key, message: `Slipway does not know “${key}” here.`, expected: null })),
    ]
  }
  const closest = meant.toSorted((a, b) => closeness(b) - closeness(a) || a.length - b.length)[0]
  if (closest === undefined) return [{ path, message: 'This is none of the forms that fit here.', expected: null }]
  return explainIssues(closest, path)
}

function unknownKeys(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []))
}

/** The keys of which one is needed, where each form lacks its own: a probe that asks nothing. */
function findChoice(branches: readonly (readonly Issue[])[]): string[] | null {
  const missing = branches.map((issues) => issues.filter(isMissing).map(({ path }) => String(path[0])))
  const common = new Set(missing[0]?.filter((key) => missing.every((keys) => keys.includes(key))))
  const keys = missing.flatMap((lacks) => lacks.find((key) => !common.has(key)) ?? [])
  const isChoice = branches.length > 1 && keys.length === branches.length && new Set(keys).size === keys.length
  return isChoice ? keys : null
}

function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 1 && /undefined/.test(issue.message)
}

/** How deep a branch got before it failed: the deeper, the more of it was as meant. */
function closeness(issues: readonly Issue[]): number {
  return Math.max(...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? -1 : 0)))
}

function explainIssue(issue: Issue): { message: string; expected: string | null } {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && /undefined/.test(issue.message)
        ? { message: 'This is missing.', expected: typeName(issue.expected) }
        : { message: 'This is of the wrong type.', expected: typeName(issue.expected) }
    case 'invalid_value':
      return { message: 'This value is not one of those that fit.', expected: `one of ${issue.values.join(', ')}` }
    case 'too_small':
      return { message: 'This is too small.', expected: `at least ${issue.minimum}${unit(issue.origin)}` }
    case 'too_big':
      return { message: 'This is too big.', expected: `at most ${issue.maximum}${unit(issue.origin)}` }
    case 'invalid_format':
      return { message: 'This does not have the right form.', expected: formatName(issue) }
    default:
      return { message: issue.message, expected: null }
  }
}

function typeName(expected: string): string {
  const names: Record<string, string> = { object: 'a mapping', array: 'a list', string: 'text', int: 'a whole number' }
  return names[expected] ?? `a ${expected}`
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' ? ' entries' : ''
}

function formatName(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  if (issue.format === 'starts_with') return `text that starts with ${String((issue as { prefix?: string }).prefix)}`
  if (issue.format === 'url') return 'a URL'
  if (!issue.message.startsWith('Invalid')) return issue.message
  return `text like ${issue.pattern ?? issue.format}`
}
