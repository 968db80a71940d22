import { posix } from 'node:path'
import type { RunbookBinding, RunbookProblem } from '../../shared/contract/runbooks.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import type { ComposeModel, ComposeProject } from '../docker/compose.ts'
import type { ContainerRow } from '../docker/engine.ts'
import { fitRunbook } from './fit-runbook.ts'
import { GENERIC_RUNBOOK_ID } from './generic-runbook.ts'
import { buildPins } from './pins.ts'
import { readContainers, type StackContainers } from './read-containers.ts'
import { bindToImages, hashWritten, type RunbookLibrary } from './runbook-library.ts'
import type { HostSession, Stack } from './stack.ts'
import { bindStack } from './stack-runbook.ts'
import type { StackSources } from './stack-sources.ts'

/** A stack as far as it could be read: what runs is known even where the files are broken. */
export interface StackReading extends StackContainers {
  readonly ref: StackRef
  readonly project: ComposeProject
  /** Null where `error` says why. */
  readonly stack: Stack | null
  readonly error: SlipwayError | null
  /** Bound by the images that run, where the model cannot be read. */
  readonly runbook: RunbookBinding
}

/** Faults of the stack's own files: the stack stays in the list, with this as its error. */
const STACK_FAULTS = new Set(['stack.compose-invalid', 'stack.env-invalid', 'stack.directory-missing'])

export interface ReadOptions {
  readonly rows: readonly ContainerRow[]
  readonly library: RunbookLibrary
  readonly readSources: (session: HostSession, project: ComposeProject, signal?: AbortSignal) => Promise<StackSources>
  readonly signal?: AbortSignal
}

/** Reads one stack. Broken files are part of the result; a host or an engine that does not answer is thrown. */
export async function readStack(
  session: HostSession,
  project: ComposeProject,
  options: ReadOptions,
): Promise<StackReading> {
  const { rows, library, signal } = options
  const ref = { hostId: session.host.id, project: project.project }
  const found = await readContainers(session.engine, rows, signal)
  try {
    const stack = await readModel(session, project, found, options)
    const { runbookSource: source, binding } = stack
    const runbook = describeBinding(binding.written, source, binding.problems)
    return { ref, project, ...found, stack, error: null, runbook }
  } catch (error) {
    if (!isSlipwayError(error) || !STACK_FAULTS.has(error.code)) throw error
    return { ref, project, ...found, stack: null, error, runbook: bindByImages(library, found) }
  }
}

function bindByImages(library: RunbookLibrary, { containers }: StackContainers): StackReading['runbook'] {
  const images = Object.values(containers).flatMap((group) => group.map(({ imageReference }) => imageReference))
  const bound = bindToImages(library, images, Object.keys(containers))
  if (bound !== null) return describeBinding(bound.runbook, bound.source)
  return { id: GENERIC_RUNBOOK_ID, name: 'Generic', generic: true, source: 'generic', sha256: '', problems: [] }
}

function describeBinding(
  written: Runbook,
  source: RunbookBinding['source'],
  problems: readonly RunbookProblem[] = [],
): RunbookBinding {
  const { id, name } = written
  return { id, name, generic: source === 'generic', source, sha256: hashWritten(written), problems: [...problems] }
}

async function readModel(
  session: HostSession,
  project: ComposeProject,
  found: StackContainers,
  { library, readSources, signal }: ReadOptions,
): Promise<Stack> {
  await requireDirectory(session, project, signal)
  const sources = await readSources(session, project, signal)
  const { model, configHashes, pins, own } = sources
  const { runbook: written, source, layers, problems } = bindStack(library, model, own)
  const { runbook, leftOut, missing } = fitRunbook(written, model)
  return {
    ref: { hostId: session.host.id, project: project.project },
    session,
    project,
    model,
    runbook,
    binding: { written, layers, problems, leftOut, missing },
    runbookSource: source,
    containers: found.containers,
    leftovers: found.leftovers,
    inactiveServices: await findInactive(model, found, sources),
    pins: buildPins(model, pins, runbook),
    configHashes,
    slipwayDirectory: slipwayDirectory(project),
  }
}

/** An orphan is what the files lack. Of a container's profile its labels say nothing, so the files are asked. */
async function findInactive(model: ComposeModel, found: StackContainers, { allServices }: StackSources) {
  const unknown = Object.keys(found.containers).filter((name) => name !== '' && model.services[name] === undefined)
  if (unknown.length === 0) return []
  const all = await allServices()
  return all === null ? null : unknown.filter((name) => all.includes(name))
}

/** Where Slipway keeps what belongs to a stack, on its host. */
export function slipwayDirectory(project: ComposeProject): string {
  return posix.join(project.directory, '.slipway')
}

async function requireDirectory({ host }: HostSession, project: ComposeProject, signal?: AbortSignal): Promise<void> {
  const { directory, files } = project
  const hint = 'Bring the files back, or remove the containers if the stack is gone for good.'
  const fail = (message: string) => new SlipwayError('stack.directory-missing', message, { hint })
  if (!directory.startsWith('/')) {
    throw fail(`The containers of ${project.project} on ${host.label} do not say where its Compose file is.`)
  }
  const stat = await host.files.stat(directory, signal ? { signal } : {})
  if (stat === null) throw fail(`The directory ${directory} of ${project.project} is gone from ${host.label}.`)
  if (files.length === 0) throw fail(`There is no Compose file in ${directory} on ${host.label}.`)
}
