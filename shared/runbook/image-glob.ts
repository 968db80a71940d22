/** How Docker Hub's images are named in full; people write only the end of it. */
const HUB_PREFIXES = ['docker.io/library/', 'docker.io/', 'index.docker.io/library/', 'index.docker.io/']

/**
 * Whether an image repository (with its registry, without its tag) fits a glob. `*` stays within one segment,
 * `**` crosses slashes and may stand for nothing: `**\/acme/api` fits `acme/api`, `ghcr.io/acme/api` and
 * `localhost:5000/mirror/acme/api`.
 */
export function matchesImage(glob: string, repository: string): boolean {
  const expression = globExpression(glob)
  return [repository, ...withoutHub(repository)].some((name) => expression.test(name))
}

/** Whether a glob says anything: one that fits every image would bind its runbook to every stack. */
export function isSpecificGlob(glob: string): boolean {
  return /[a-z0-9]/i.test(glob) && !/\s/.test(glob)
}

function withoutHub(repository: string): string[] {
  return HUB_PREFIXES.filter((prefix) => repository.startsWith(prefix)).map((prefix) => repository.slice(prefix.length))
}

function globExpression(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}]/g, (token) => {
    if (token === '**/') return '(?:[^/]+/)*'
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    return token === '?' ? '[^/]' : `\\${token}`
  })
  return new RegExp(`^${source}$`)
}
