import type { RunbookEntry, RunbookSection } from '../../../shared/contract/runbooks.ts'
import { matchesImage } from '../../../shared/runbook/image-glob.ts'
import type { RunbookService } from '../../../shared/runbook/schema.ts'
import { parseImageReference } from '../../../shared/versions/image-reference.ts'
import type { Stack } from '../../stacks/stack.ts'
import { code, entry, fact, facts, leftOutEntries, listWords, section } from './entry.ts'

/** Which images made the runbook fit. */
export function viewMatch({ binding, model }: Stack): RunbookSection {
  const { images, services } = binding.written.match
  const repositories = Object.values(model.services).flatMap(({ name, image }) =>
    image === null ? [] : [{ name, repository: parseImageReference(image).repository }],
  )
  const entries = images.map((glob) => {
    const fitting = repositories.filter(({ repository }) => matchesImage(glob, repository)).map(({ name }) => name)
    return fitting.length > 0
      ? entry(glob, 'Fits', { facts: facts(fact('Services', listWords(fitting))) })
      : entry(glob, 'Fits none', { state: 'off', note: 'No image of this stack is called so.' })
  })
  const fitted = entries.filter(({ state }) => state === 'ok').length
  const wanted = services.length === 0 ? '' : ` The stack must have ${listWords(services)}.`
  return section('match', 'Matches', `${describeFit(fitted, images.length)}${wanted}`, entries)
}

function describeFit(fitted: number, all: number): string {
  if (fitted < all) return `${fitted} of ${all} image names ${fitted === 1 ? 'fits' : 'fit'} this stack.`
  return all === 1 ? 'Its image name fits this stack.' : `All ${all} image names fit this stack.`
}

const KINDS: Record<RunbookService['kind'], string | null> = {
  service: null,
  'one-shot': 'Runs once, and is well when it has ended with exit code 0',
  'pre-pull': 'Only brings its image, and never runs',
}

/** The services in the order of an upgrade, then those that the runbook does not know. */
export function viewServices(stack: Stack): RunbookSection {
  const { runbook, model, binding } = stack
  const known = new Set(runbook.services.map(({ name }) => name))
  const others = Object.keys(model.services).filter((name) => !known.has(name))
  const changed = runbook.services.filter(({ upgrade }) => upgrade).map(({ name }) => name)
  const order = changed.length > 1 ? ', in this order' : ''
  const summary = `An upgrade changes ${changed.length === 0 ? 'none' : listWords(changed)}${order}.`
  return section('services', 'Services', summary, [
    ...runbook.services.map((service) => viewService(stack, service)),
    ...others.map((name) => entry(name, 'Not in the runbook', { state: 'off', note: OTHER })),
    ...leftOutEntries(binding.leftOut, 'services'),
  ])
}

const OTHER = 'Its health is its container’s, and upgrades leave it alone.'

function viewService({ model, containers, binding }: Stack, service: RunbookService): RunbookEntry {
  const { name, title, kind, upgrade, after, expected } = service
  const found = model.services[name]
  const rest = {
    title: title ?? null,
    facts: facts(
      code('Image', found?.image ?? (found?.build ? 'built on the host' : null)),
      fact('Kind', KINDS[kind]),
      fact('Upgrade', upgrade ? (after.length > 0 ? `After ${listWords(after)}` : null) : 'Leaves it alone'),
      fact('Promised memory', formatMebibytes(expected?.memoryBytes)),
      fact('Memory limit', formatMebibytes(containers[name]?.[0]?.memoryLimitBytes ?? found?.memoryLimitBytes)),
      fact('Promised image size', formatMebibytes(expected?.imageBytes)),
    ),
  }
  if (found !== undefined) return entry(name, 'In the stack', rest)
  const other = binding.written.services.find((one) => one.name === name)?.aliases ?? []
  const names = other.length > 0 ? `, nor one called ${listWords(other)}` : ''
  const note = `The runbook needs it, and this stack has no service of that name${names}.`
  return entry(name, 'Missing', { ...rest, state: 'warn', note })
}

function formatMebibytes(bytes: number | null | undefined): string | null {
  return bytes == null || bytes === 0 ? null : `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`
}
