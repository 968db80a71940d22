import { type ImageReference, parseImageReference } from '../../shared/versions/image-reference.ts'
import { findImageScalars, type ImageScalar } from './compose-images.ts'
import { findAssignment } from './env-file.ts'
import { evaluateVariable, parseImageTemplate, type TemplatePart, type TemplateVariable } from './image-template.ts'
import type { SourceFile } from './source-file.ts'

/** The files in which a stack's versions are written. */
export interface PinSources {
  /** Compose files in their order. */
  readonly compose: readonly SourceFile[]
  /** `.env` files in their order, those that exist. */
  readonly env: readonly SourceFile[]
}

/** The stretch of a file that holds a service's tag. */
export interface PinPlace {
  readonly file: string
  readonly start: number
  readonly end: number
  /** The `.env` variable whose value it is; null in a Compose file. */
  readonly variable: string | null
  /** Put before and after the new tag, beside what `start` to `end` held: `:`, or `VERSION=` in a new line. */
  readonly lead: string
  readonly trail: string
  /** Written around the place and part of the tag: a tag that lacks them cannot be written there. */
  readonly prefix: string
  readonly suffix: string
}

export interface WrittenPin {
  /** As the files say, variables filled in. */
  readonly reference: string
  readonly place: PinPlace | null
}

/** What the files say about the image of each service; absent: no image. */
export function findPinPlaces(sources: PinSources): Map<string, WrittenPin | null> {
  return new Map(
    [...findImageScalars(sources.compose)].map(([service, scalar]) => [
      service,
      scalar === null ? null : readPin(scalar, sources),
    ]),
  )
}

function readPin(scalar: ImageScalar, sources: PinSources): WrittenPin | null {
  const parts = parseImageTemplate(scalar.value)
  if (parts === null) return null
  const values = parts.map((part) => evaluatePart(part, sources))
  if (values.includes(null)) return null
  const reference = values.join('')
  return { reference, place: findPlace(scalar, parts, values as string[], parseImageReference(reference), sources) }
}

/** Null where nobody can say what the variable stands for. */
function evaluatePart(part: TemplatePart, sources: PinSources): string | null {
  if (part.kind === 'text') return part.text
  const assignment = findVariable(part.variable.name, sources)
  if (assignment !== null && assignment.value === null) return null
  return evaluateVariable(part.variable, assignment?.value ?? undefined)
}

function findVariable(name: string, { env }: PinSources) {
  for (const file of env.toReversed()) {
    const assignment = findAssignment(file.text, name)
    if (assignment !== null) return { file, ...assignment }
  }
  return null
}

/**
 * Where the tag (with a digest behind it) begins and ends in the reference decides which part holds it. It must be
 * one part alone: a tag put together from several has no place of its own.
 */
function findPlace(
  scalar: ImageScalar,
  parts: readonly TemplatePart[],
  values: readonly string[],
  { repository, tag }: ImageReference,
  sources: PinSources,
): PinPlace | null {
  const hasTag = tag !== null
  const tagStart = repository.length + (hasTag ? 1 : 0)
  const bounds = boundsOf(values)
  const total = values.join('').length
  const holders = bounds.filter(({ start, end }) => end > tagStart && start < total)
  const [first] = holders
  // With an empty tag nothing in the reference shows which part is empty.
  if (first === undefined) return hasTag ? null : appendPlace(scalar, parts)
  const variables = holders.filter(({ index }) => parts[index]?.kind === 'variable')
  if (variables.length === 0) {
    if (holders.length > 1) return null
    return textPlace(scalar, parts[first.index], first.start, tagStart, total, hasTag)
  }
  const [variable] = variables
  if (variables.length > 1 || variable === undefined) return null
  return variablePlace({
    scalar,
    part: parts[variable.index],
    bound: variable,
    tagStart,
    total,
    values,
    sources,
    hasTag,
  })
}

interface Bound {
  readonly index: number
  readonly start: number
  readonly end: number
}

function boundsOf(values: readonly string[]): Bound[] {
  let offset = 0
  return values.map((value, index) => {
    const start = offset
    offset += value.length
    return { index, start, end: offset }
  })
}

/** No tag at all: it is added behind the repository, unless that ends in a variable. */
function appendPlace(scalar: ImageScalar, parts: readonly TemplatePart[]): PinPlace | null {
  if (parts.at(-1)?.kind !== 'text') return null
  const end = scalar.start + scalar.value.length
  return { ...plain(scalar.file.path, end, end), lead: ':' }
}

function plain(file: string, start: number, end: number): PinPlace {
  return { file, start, end, variable: null, lead: '', trail: '', prefix: '', suffix: '' }
}

/** The tag stands in the Compose file itself. A digest without a tag gives way to a tag. */
function textPlace(
  scalar: ImageScalar,
  part: TemplatePart | undefined,
  partStart: number,
  tagStart: number,
  total: number,
  hasTag: boolean,
): PinPlace | null {
  if (part === undefined || tagStart < partStart) return null
  const start = scalar.start + part.start + (tagStart - partStart)
  return { ...plain(scalar.file.path, start, start + (total - tagStart)), lead: hasTag ? '' : ':' }
}

interface VariableHolder {
  readonly scalar: ImageScalar
  readonly part: TemplatePart | undefined
  readonly bound: Bound
  readonly tagStart: number
  readonly total: number
  readonly values: readonly string[]
  readonly sources: PinSources
  readonly hasTag: boolean
}

/** The tag, or the reference as a whole, comes from a variable; words around it must be part of every new tag. */
function variablePlace(holder: VariableHolder): PinPlace | null {
  const { scalar, part, bound, tagStart, total, values, sources, hasTag } = holder
  const reference = values.join('')
  if (part?.kind !== 'variable' || !hasTag || reference.slice(tagStart).includes('@')) return null
  const from = Math.max(0, tagStart - bound.start)
  const around = {
    prefix: reference.slice(tagStart, Math.max(tagStart, bound.start)),
    suffix: reference.slice(bound.end, total),
  }
  const set = findVariable(part.variable.name, sources)
  const usesValue = set !== null && set.value !== null && evaluateVariable(part.variable, set.value) === set.value
  if (usesValue && set.value !== '') {
    const { path } = set.file
    return { ...plain(path, set.start + from, set.end), ...around, variable: part.variable.name }
  }
  if (from > 0) return fallbackPlace(scalar, part.variable, from, around)
  return set === null ? newVariable(scalar, part.variable, sources, around) : emptyVariable(set, part.variable, around)
}

type Around = Pick<PinPlace, 'prefix' | 'suffix'>

function fallbackPlace(scalar: ImageScalar, variable: TemplateVariable, from: number, around: Around): PinPlace | null {
  if (variable.fallback === null) return null
  const start = scalar.start + variable.fallback.start
  return { ...plain(scalar.file.path, start + from, start + variable.fallback.text.length), ...around }
}

/** `VERSION=` with nothing behind it, so that the default holds: it is filled in. */
function emptyVariable(
  set: { readonly file: SourceFile; readonly start: number; readonly end: number },
  variable: TemplateVariable,
  around: Around,
): PinPlace {
  return { ...plain(set.file.path, set.start, set.end), ...around, variable: variable.name }
}

/**
 * The default in the Compose file holds. Where there is an `.env` file the variable is added to it, which is what it
 * is for; without one the default is edited.
 */
function newVariable(
  scalar: ImageScalar,
  variable: TemplateVariable,
  { env }: PinSources,
  around: Around,
): PinPlace | null {
  const file = env.at(-1)
  if (file === undefined) return fallbackPlace(scalar, variable, 0, around)
  const end = file.text.length
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n'
  const isOpen = file.text.length > 0 && file.text !== '\uFEFF' && !file.text.endsWith('\n')
  const lead = `${isOpen ? newline : ''}${variable.name}=`
  return { ...plain(file.path, end, end), ...around, lead, trail: newline, variable: variable.name }
}
