import type { ImagePin } from '../../shared/contract/stacks.ts'
import { type TagRules, tagPrefixOf } from '../../shared/runbook/tag-prefix.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { isMovingTag } from '../../shared/versions/moving-tag.ts'
import type { ComposeModel } from '../docker/compose.ts'
import { findPinPlaces, type PinPlace, type PinSources } from './pin-places.ts'
import { positionAt } from './source-file.ts'

/**
 * The pin of each service of the model that has an image. Its location is null where the files say something else
 * than Compose resolved (a variable of the shell, an `include`), or say it in a way that cannot be edited safely.
 */
export function buildPins(model: ComposeModel, sources: PinSources, runbook: TagRules): Record<string, ImagePin> {
  const written = findPinPlaces(sources)
  const pins: Record<string, ImagePin> = {}
  for (const { name, image } of Object.values(model.services)) {
    if (image === null) continue
    const { repository, tag, digest } = parseImageReference(image)
    const found = written.get(name)
    const place = found?.reference === image ? found.place : null
    const moving = digest === null && isMovingTag(tag, tagPrefixOf(runbook, name))
    pins[name] = { reference: image, repository, tag, digest, moving, location: locate(place ?? null, sources) }
  }
  return pins
}

function locate(place: PinPlace | null, sources: PinSources): ImagePin['location'] {
  if (place === null) return null
  const file = [...sources.compose, ...sources.env].find(({ path }) => path === place.file)
  if (file === undefined) return null
  const { line, column } = positionAt(file.text, place.start)
  if (place.variable === null) return { kind: 'compose', file: file.path, line, column }
  const isOpenLine = /^\r?\n/.test(place.lead)
  return { kind: 'variable', file: file.path, variable: place.variable, line: isOpenLine ? line + 1 : line }
}
