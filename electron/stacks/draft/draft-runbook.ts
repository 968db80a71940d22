import type { Runbook } from '../../../shared/runbook/schema.ts'
import { parseImageReference } from '../../../shared/versions/image-reference.ts'
import { deriveRunbook } from '../generic-runbook.ts'
import type { Stack } from '../stack.ts'
import { draftBackup, draftSecrets } from './draft-data.ts'
import { escapeScalar, toId } from './yaml-text.ts'

type DraftedStack = Pick<Stack, 'ref' | 'model' | 'pins' | 'runbook' | 'runbookSource'>

/**
 * The text of a first runbook for a stack, to be changed by a person: valid as it is, with a comment on everything that
 * only they can know. For a stack with a runbook of the app's: one that extends it. Pure.
 */
export function draftRunbook(stack: DraftedStack, id: string): string {
  return stack.runbookSource === 'generic' ? draftFirst(stack, id) : draftChange(stack.runbook)
}

function draftFirst(stack: DraftedStack, id: string): string {
  const derived = deriveRunbook(stack.model)
  return [
    draftHead(stack, id),
    draftMatch(stack, derived),
    draftVersions(stack, derived),
    draftServices(derived),
    GATE,
    draftProbes(stack, derived),
    MIGRATIONS,
    draftBackup(stack.model, derived),
    draftSecrets(stack.model),
    LOGS,
  ].join('\n\n')
}

function draftHead({ ref }: DraftedStack, id: string): string {
  const name = ref.project.replace(/(^|[-_])([a-z])/g, (_, dash: string, letter: string) => {
    return `${dash === '' ? '' : ' '}${letter.toUpperCase()}`
  })
  return `# A first runbook, begun by Slipway from the stack ${ref.project} as it runs. Read it
# through: what stands here was found in the Compose file, and what that cannot
# say is left to you, in comments like this one.
slipway: 1
id: ${id}
name: ${escapeScalar(name)}`
}

function draftMatch({ model }: DraftedStack, { services }: Runbook): string {
  const imagesOf = (names: readonly string[]) =>
    names.flatMap((name) => {
      const { image = null, build = false } = model.services[name] ?? {}
      return image === null || build ? [] : [parseImageReference(image).repository]
    })
  const own = imagesOf(services.filter(({ upgrade }) => upgrade).map(({ name }) => name))
  const globs = [...new Set((own.length > 0 ? own : imagesOf(Object.keys(model.services))).map(toGlob))]
  const names = globs.length > 0 ? globs : [model.name]
  return `# A stack is operated by this runbook when it runs one of these images, from
# whatever registry.
match:
  images:
${names.map((glob) => `    - ${JSON.stringify(glob)}`).join('\n')}`
}

/** `registry.example.com/acme/api` is the same image wherever it is mirrored. */
function toGlob(repository: string): string {
  const [registry = '', ...path] = repository.split('/')
  const isRegistry = /[.:]|^localhost$/.test(registry)
  return isRegistry && path.length > 0 ? `**/${path.join('/')}` : `**/${repository}`
}

function draftVersions({ pins }: DraftedStack, derived: Runbook): string {
  const upgraded = derived.services.filter(({ upgrade }) => upgrade).flatMap(({ name }) => pins[name] ?? [])
  const variables = upgraded.map(({ location }) => (location?.kind === 'variable' ? location.variable : null))
  const [variable] = variables
  const isShared = variable != null && variables.length > 1 && variables.every((one) => one === variable)
  const { tagPrefix } = derived.versions
  return [
    'versions:',
    ...(tagPrefix === '' ? [] : ['  # Tags are written with it: v1.4.2.', `  tagPrefix: ${tagPrefix}`]),
    ...(isShared ? ['  # The variable in .env that holds the version of all images.', `  variable: ${variable}`] : []),
    '  # How far apart two versions may be for the older to run on the data of the',
    '  # newer: never, within-patch, within-minor, within-major or always. Beyond it a',
    '  # rollback restores the backup, so that never is always safe.',
    '  dataCompatible: never',
    '  # releaseNotes: https://example.com/releases/{version}',
  ].join('\n')
}

const GATE = `# After its change a service has to become healthy in time, and stay so, before
# the next one is touched.
gate: { timeoutSeconds: 60, settleSeconds: 10 }`

function draftServices({ services }: Runbook): string {
  const lines = services.map(({ name, kind, upgrade }) => {
    const rest = `${kind === 'service' ? '' : `, kind: ${kind}`}${upgrade ? '' : ', upgrade: false'}`
    return `  - { name: ${escapeScalar(name)}${rest} }`
  })
  return `# In the order in which an upgrade takes them. Databases and proxies have versions
# of their own: upgrade: false.
services:
${lines.join('\n')}`
}

/** A question that only somebody who knows the product can put: as an example, about a service and port that are there. */
function draftProbes({ model }: DraftedStack, { services }: Runbook): string {
  const asked =
    services.find(({ name, upgrade }) => upgrade && (model.services[name]?.ports.length ?? 0) > 0) ??
    services.find(({ upgrade }) => upgrade) ??
    services[0]
  const name = asked?.name ?? 'web'
  const port = model.services[name]?.ports[0]?.target ?? 8080
  return `# Containers are judged by their own health checks already. Ask what fails when
# the product does not work:
# probes:
#   - id: ${toId(name)}-health
#     http: { service: ${escapeScalar(name)}, port: ${port}, path: /health }
#     healthy: { status: [200], json: [{ path: status, equals: ok }] }`
}

const MIGRATIONS = `# boot: the new version migrates its data when it starts. Others: one-shot (a
# service of the stack does and ends), before-switch and after-switch (a command
# in the new image).
migrations:
  at: boot`

const LOGS = `# How a service writes its log, where Slipway does not see it by itself: json,
# pino, logfmt, plain and others.
# logs:
#   web: { format: json, fields: [path, status] }
`

function draftChange({ id, name, gate }: Runbook): string {
  return `# Changes the runbook ${name} on this computer. What stands here counts before it,
# and all else stays as it is: mappings are merged, items of lists are found by
# their name or id, and null removes what is there.
extends: ${id}

# How long a service's health has to hold before the next one is touched.
gate:
  settleSeconds: ${gate.settleSeconds}

# probes:
#   a-probe-of-it: null
#   my-own:
#     http: { service: web, port: 8080, path: /health }
#     healthy: { status: [200] }
`
}
