import { SlipwayError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { findPinPlaces, type PinPlace, type PinSources, type WrittenPin } from './pin-places.ts'
import { applyReplacements, type Replacement, type SourceFile } from './source-file.ts'

/** A file with versions written in it, before and after; everything but the versions is the same, byte for byte. */
export interface PinEdit {
  readonly path: string
  readonly before: string
  readonly after: string
}

type Pins = ReadonlyMap<string, WrittenPin | null>

/**
 * Writes new tags (service → tag) where the old ones stand. Files that need no edit are left out. Throws
 * `stack.pin-not-found` where a tag cannot be written without changing anything else.
 */
export function editPins(sources: PinSources, tags: Readonly<Record<string, string>>): PinEdit[] {
  const before = findPinPlaces(sources)
  const places = Object.entries(tags).map(([service, tag]) => ({ service, tag, place: requirePlace(before, service) }))
  for (const { service, tag, place } of places) refuseShared(before, service, tag, place, tags)
  const texts = new Map(
    places.map(({ service, tag, place }) => [keyOf(place), { place, text: writeTag(service, tag, place) }]),
  )
  const edits = allFiles(sources).flatMap((file) => editFile(file, [...texts.values()]))
  verify(before, findPinPlaces(applyEdits(sources, edits)), tags)
  return edits
}

function requirePlace(pins: Pins, service: string): PinPlace {
  const place = pins.get(service)?.place
  if (place === undefined || place === null) {
    throw notFound(`Slipway found no place where the version of ${service} is written and can be edited safely.`)
  }
  return place
}

function notFound(message: string): SlipwayError {
  return new SlipwayError('stack.pin-not-found', message, {
    state: 'Nothing was changed.',
    hint: 'Write the image with a tag, as in “image: acme/api:1.4.0”, or with one variable for the tag, in the Compose file.',
  })
}

/** One place for several services must not change for some of them only. */
function refuseShared(
  pins: Pins,
  service: string,
  tag: string,
  place: PinPlace,
  tags: Readonly<Record<string, string>>,
) {
  const others = [...pins].filter(([name, pin]) => name !== service && pin?.place && keyOf(pin.place) === keyOf(place))
  const torn = others.map(([name]) => name).filter((name) => tags[name] !== tag)
  if (torn.length === 0) return
  throw new SlipwayError(
    'stack.pin-not-found',
    `${service} takes its version from the same place as ${torn.join(', ')}: one cannot change without the other.`,
    { state: 'Nothing was changed.', hint: `Choose ${[service, ...torn].join(', ')} together.` },
  )
}

function keyOf(place: PinPlace): string {
  return `${place.file}\0${place.start}\0${place.variable ?? ''}`
}

function writeTag(service: string, tag: string, { prefix, suffix, lead, trail }: PinPlace): string {
  if (!/^[\w][\w.-]{0,127}(@sha256:[0-9a-f]{64})?$/.test(tag)) throw notFound(`“${tag}” is no tag of an image.`)
  const isLongEnough = tag.length > prefix.length + suffix.length
  if (!isLongEnough || !tag.startsWith(prefix) || !tag.endsWith(suffix)) {
    const around = `${prefix}…${suffix}`
    throw notFound(`The image of ${service} is written as “${around}”, and “${tag}” does not fit that.`)
  }
  return `${lead}${tag.slice(prefix.length, tag.length - suffix.length)}${trail}`
}

function allFiles({ compose, env }: PinSources): SourceFile[] {
  return [...compose, ...env]
}

function editFile(file: SourceFile, texts: readonly { place: PinPlace; text: string }[]): PinEdit[] {
  const mine = texts.filter(({ place }) => place.file === file.path)
  const replacements = mine.map(({ place, text }): Replacement => ({ start: place.start, end: place.end, text }))
  const after = applyReplacements(file.text, joinInsertions(replacements))
  return after === file.text ? [] : [{ path: file.path, before: file.text, after }]
}

/** Several new lines at the end of a file that lacks its last line end: only the first has to add that. */
function joinInsertions(replacements: readonly Replacement[]): Replacement[] {
  const joined = new Map<string, Replacement>()
  for (const replacement of replacements) {
    const key = `${replacement.start}-${replacement.end}`
    const first = joined.get(key)
    const text = first === undefined ? replacement.text : first.text + replacement.text.replace(/^\r?\n/, '')
    joined.set(key, { ...replacement, text })
  }
  return [...joined.values()]
}

function applyEdits(sources: PinSources, edits: readonly PinEdit[]): PinSources {
  const edited = (file: SourceFile): SourceFile => {
    return { path: file.path, text: edits.find(({ path }) => path === file.path)?.after ?? file.text }
  }
  return { compose: sources.compose.map(edited), env: sources.env.map(edited) }
}

/** Reads the edited files again: the chosen services have their new tags, and no other image has changed. */
function verify(before: Pins, after: Pins, tags: Readonly<Record<string, string>>): void {
  for (const [service, pin] of before) {
    const [was, is] = [pin?.reference, after.get(service)?.reference]
    const tag = tags[service]
    const expected = tag === undefined || was === undefined ? was : `${parseImageReference(was).repository}:${tag}`
    if (is !== expected) {
      throw notFound(`Writing the new version would make ${service} run ${is ?? 'nothing'} instead of ${expected}.`)
    }
  }
}
