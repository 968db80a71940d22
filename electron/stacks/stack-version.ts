import { tagPrefixOf } from '../../shared/runbook/tag-prefix.ts'
import { parseImageReference, shortDigest } from '../../shared/versions/image-reference.ts'
import { parseTag, sortVersions } from '../../shared/versions/version.ts'
import type { Stack } from './stack.ts'

/** Version as a person says it: the tag without the runbook's prefix, or twelve characters of a digest. */
export function describeVersion(reference: string, tagPrefix: string): string | null {
  const { tag, digest } = parseImageReference(reference)
  if (tag !== null) return parseTag(tag, tagPrefix) ?? tag
  return digest === null ? null : shortDigest(digest)
}

type VersionInput = Pick<Stack, 'containers' | 'pins' | 'runbook'>

/** The version that a service runs, or would run where it has no container. */
export function serviceVersion({ containers, pins, runbook }: VersionInput, service: string): string | null {
  const reference = containers[service]?.[0]?.imageReference ?? pins[service]?.reference
  return reference === undefined ? null : describeVersion(reference, tagPrefixOf(runbook, service))
}

/**
 * The version of a stack: that of the service which the runbook names, else those of its upgraded services, newest
 * first where they differ. Null where nobody knows.
 */
export function stackVersion(stack: VersionInput): string | null {
  const { service: named } = stack.runbook.versions
  if (named !== undefined) return serviceVersion(stack, named)
  const versions = upgradedServices(stack).flatMap((service) => serviceVersion(stack, service) ?? [])
  const distinct = [...new Set(versions)]
  const full = sortVersions(distinct.filter((version) => parseTag(version) !== null))
  const others = distinct.filter((version) => parseTag(version) === null)
  return distinct.length === 0 ? null : [...full, ...others].join(', ')
}

/** The services that an upgrade changes: those of the runbook that the stack has an image for. */
export function upgradedServices({ pins, runbook }: Pick<Stack, 'pins' | 'runbook'>): string[] {
  return runbook.services.filter(({ name, upgrade }) => upgrade && pins[name] !== undefined).map(({ name }) => name)
}

/** Where a service's version is written, as far as several services may share the place. */
export function placeOf({ pins }: Pick<Stack, 'pins'>, service: string): string {
  const location = pins[service]?.location
  return location?.kind === 'variable' ? `${location.file} ${location.variable}` : `the image of ${service}`
}

/** These services and those whose version is written in the same places: one cannot change without the others. */
export function withSharedPlaces(stack: Pick<Stack, 'pins' | 'runbook'>, services: readonly string[]): string[] {
  const places = new Set(services.map((name) => placeOf(stack, name)))
  const others = upgradedServices(stack).filter((name) => !services.includes(name) && places.has(placeOf(stack, name)))
  return [...services, ...others]
}
