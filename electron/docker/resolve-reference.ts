import { SlipwayError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'

const DOCKER_HUB = 'docker.io'
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/

/** An image reference as an engine understands it, by the grammar of https://github.com/distribution/reference. */
export interface ResolvedReference {
  /** As written, without tag and digest: `localhost:5000/team/app`, `nginx`. */
  readonly name: string
  /** The same, in full: `docker.io/library/nginx`. Two references mean one repository when these are equal. */
  readonly canonicalName: string
  /** `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string
  /** Path inside the registry: `library/nginx`. */
  readonly repository: string
  readonly tag: string | null
  readonly digest: string | null
}

/** Takes a reference apart and completes it. Throws `input.invalid` with what is wrong about it. */
export function resolveReference(reference: string): ResolvedReference {
  const { repository: name, tag, digest } = parseImageReference(reference)
  if (reference.split('@').length > 2 || (digest !== null && !DIGEST.test(digest))) {
    throw invalid(reference, 'its digest is malformed')
  }
  if (tag !== null && !TAG.test(tag)) throw invalid(reference, 'its tag is malformed')
  const { registry, repository } = splitName(name)
  if (!repository.split('/').every((part) => NAME.test(part))) {
    throw invalid(reference, 'its name may only have lower-case letters, digits and separators')
  }
  return { name, canonicalName: `${registry}/${repository}`, registry, repository, tag, digest }
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  const registry = slash === -1 || !isRegistry ? DOCKER_HUB : first === 'index.docker.io' ? DOCKER_HUB : first
  const path = slash === -1 || !isRegistry ? name : name.slice(slash + 1)
  return { registry, repository: registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path }
}

function invalid(reference: string, why: string): SlipwayError {
  return new SlipwayError('input.invalid', `“${reference}” is not an image reference: ${why}.`)
}

/** Where a registry's API answers: `docker.io` itself does not. */
export function registryApiHost(registry: string): string {
  return registry === DOCKER_HUB ? 'registry-1.docker.io' : registry
}

/** The key under which the docker CLI keeps a registry's credentials. */
export function credentialKey(registry: string): string {
  return registry === DOCKER_HUB ? 'https://index.docker.io/v1/' : registry
}

/** Whether an engine speaks plain HTTP to the registry without being told so: loopback names and addresses. */
export function isLoopbackRegistry(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
