import type { ImagePin, StackRef, Versions } from '../../shared/contract/stacks.ts'
import { isCancellation, isSlipwayError, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import { isVersion } from '../../shared/versions/version.ts'
import type { ComposeProject } from '../docker/compose.ts'
import type { ContainerRow } from '../docker/engine.ts'
import type { Host } from '../hosts/host.ts'
import { askedRepository, buildVersions, type ServiceTags } from './available-versions.ts'
import { type DiscoveredProject, groupProjects, LABELS } from './discovery.ts'
import { editPins, type PinEdit } from './edit-pin.ts'
import { type ReadOptions, readStack, type StackReading, slipwayDirectory } from './read-stack.ts'
import type { RunbookReader } from './runbook-reader.ts'
import type { SessionService } from './sessions.ts'
import type { HostSession, Stack } from './stack.ts'
import { findProject, projectName, readPinSources } from './stack-files.ts'
import { RecentSources, readSources } from './stack-sources.ts'
import type { StackStore } from './stack-store.ts'
import { placeOf, serviceVersion, upgradedServices, withSharedPlaces } from './stack-version.ts'
import { askTagStanding } from './tag-standing.ts'
import { type StackChange, watchChanges } from './watch-changes.ts'

interface Options {
  readonly signal?: AbortSignal | undefined
}

/** The stacks of all hosts: finding, reading, and what their registries offer. */
export class StackService {
  readonly #sessions: SessionService
  readonly #runbooks: RunbookReader
  readonly #store: StackStore
  readonly #recent = new RecentSources()

  constructor(sessions: SessionService, runbooks: RunbookReader, store: StackStore) {
    this.#sessions = sessions
    this.#runbooks = runbooks
    this.#store = store
  }

  session(hostId: string): HostSession {
    return this.#sessions.get(hostId)
  }

  /** The stacks that the engine knows, running or stopped, and those of remembered directories, by name. */
  async list(hostId: string, { signal }: Options = {}): Promise<DiscoveredProject[]> {
    const session = this.session(hostId)
    const rows = await session.engine.listContainers({ labels: [LABELS.project], all: true }, withSignal(signal))
    const running = groupProjects(rows)
    const remembered = await this.#remembered(session.host, running, signal)
    return [...running, ...remembered].sort((a, b) => a.project.project.localeCompare(b.project.project))
  }

  /** A stack as far as it can be read; faults of its own files are in the result. Throws `stack.not-found`. */
  async readPicture(ref: StackRef, { signal }: Options = {}): Promise<StackReading> {
    return this.#read(ref, readSources, signal)
  }

  /** The same where files that nobody has edited need not be read again. */
  async readRecentPicture(ref: StackRef, { signal }: Options = {}): Promise<StackReading> {
    return this.#read(ref, (...where) => this.#recent.read(...where), signal)
  }

  /** The next recent picture is made from the files as they are. */
  forgetRecent(): void {
    this.#recent.forget()
  }

  async #read(ref: StackRef, read: ReadOptions['readSources'], signal?: AbortSignal): Promise<StackReading> {
    const { project, rows } = await this.#find(ref, signal)
    const library = await this.#runbooks.read()
    return readStack(this.session(ref.hostId), project, { rows, library, readSources: read, ...withSignal(signal) })
  }

  /** A whole stack. Throws what keeps it from being read: `stack.not-found`, `stack.compose-invalid`, `host.…`, `docker.…`. */
  async read(ref: StackRef, options: Options = {}): Promise<Stack> {
    return this.#whole(ref, await this.readPicture(ref, options))
  }

  /** The same where files that nobody has edited need not be read again. Its containers are those of this moment. */
  async readRecent(ref: StackRef, options: Options = {}): Promise<Stack> {
    return this.#whole(ref, await this.readRecentPicture(ref, options))
  }

  #whole(ref: StackRef, { stack, error }: StackReading): Stack {
    if (stack === null) throw error ?? notFound(this.session(ref.hostId).host, ref.project)
    return stack
  }

  /** Where a stack's own records are, also when its files cannot be read. */
  async locate(
    ref: StackRef,
    { signal }: Options = {},
  ): Promise<{ host: Host; slipwayDirectory: string; project: string }> {
    const { project } = await this.#find(ref, signal)
    if (!project.directory.startsWith('/')) throw notFound(this.session(ref.hostId).host, ref.project)
    return { host: this.session(ref.hostId).host, slipwayDirectory: slipwayDirectory(project), project: ref.project }
  }

  /** Tells when stacks of a host may have changed, until `signal` aborts. */
  watchChanges(hostId: string, signal: AbortSignal): AsyncIterable<StackChange> {
    return watchChanges(this.session(hostId), signal)
  }

  /** Adds a stack by its directory. Throws `stack.directory-missing` where there is no directory or Compose file. */
  async addDirectory(hostId: string, directory: string, { signal }: Options = {}): Promise<StackRef> {
    const { host } = this.session(hostId)
    const trimmed = directory.replace(/(?<=.)\/+$/, '')
    const project = await findProject(host, trimmed, signal)
    this.#store.add(hostId, trimmed)
    return { hostId, project: project.project }
  }

  /** The edits that write these tags (service → tag) into the stack's files as they are now. Throws `stack.pin-not-found`. */
  async editPins(stack: Stack, tags: Readonly<Record<string, string>>, { signal }: Options = {}): Promise<PinEdit[]> {
    return editPins(await readPinSources(stack.session.host, stack.project, signal), tags)
  }

  /**
   * What the registries offer for these services and those that go with them; none given: all that an upgrade changes.
   */
  async versions(ref: StackRef, services: readonly string[] = [], options: Options = {}): Promise<Versions> {
    const stack = await this.read(ref, options)
    const checkedAt = new Date().toISOString()
    const chosen = services.length > 0 ? withSharedPlaces(stack, services) : upgradedServices(stack)
    const pins = chosen.map((service) => ({ service, pin: requirePin(stack, service) }))
    const current = [...new Set(chosen.flatMap((service) => serviceVersion(stack, service) ?? []))].join(', ') || null
    try {
      const tags = await this.#readTags(stack, pins, options.signal ?? new AbortController().signal)
      return buildVersions(tags, stack.runbook, checkedAt)
    } catch (error) {
      if (!isSlipwayError(error) || isCancellation(error)) throw error
      return { kind: 'unchecked', checkedAt, current, error: toErrorShape(error) }
    }
  }

  async #readTags(
    stack: Stack,
    pins: readonly { readonly service: string; readonly pin: ImagePin }[],
    signal: AbortSignal,
  ): Promise<ServiceTags[]> {
    const repositories = [...new Set(pins.map(({ pin }) => pin.repository))]
    const { registry } = stack.session
    const { registry: asked } = stack.runbook.versions
    const answers = await Promise.all(
      repositories.map(async (name) => {
        return [name, await registry.tags(askedRepository(name, asked), { signal })] as const
      }),
    )
    const tagsOf = new Map(answers)
    return Promise.all(
      pins.map(async ({ service, pin }) => {
        const current = serviceVersion(stack, service)
        return {
          service,
          current,
          tags: tagsOf.get(pin.repository) ?? [],
          place: placeOf(stack, service),
          tag: isVersion(current) ? null : await askTagStanding(stack, service, signal),
        }
      }),
    )
  }

  async #find({ hostId, project }: StackRef, signal?: AbortSignal): Promise<DiscoveredProject> {
    const session = this.session(hostId)
    const labels = [`${LABELS.project}=${project}`]
    const rows = await session.engine.listContainers({ labels, all: true }, withSignal(signal))
    const found = groupProjects(rows)[0] ?? (await this.#remembered(session.host, [], signal)).find(isCalled(project))
    if (found === undefined) throw notFound(session.host, project)
    return found
  }

  /** Stacks of remembered directories that the engine does not know. */
  async #remembered(
    host: Host,
    known: readonly DiscoveredProject[],
    signal?: AbortSignal,
  ): Promise<DiscoveredProject[]> {
    const directories = this.#store.list(host.id).filter((directory) => !known.some(isIn(directory)))
    const projects = await Promise.all(directories.map((directory) => this.#remember(host, directory, signal)))
    return projects
      .filter((project) => !known.some(isCalled(project.project)))
      .map((project) => ({ project, rows: [] as readonly ContainerRow[] }))
  }

  /** A directory that is gone stays in the list, without files, so that its stack is read with that as its error. */
  async #remember(host: Host, directory: string, signal?: AbortSignal): Promise<ComposeProject> {
    try {
      return await findProject(host, directory, signal)
    } catch (error) {
      if (!isSlipwayError(error) || error.code !== 'stack.directory-missing') throw error
      return { project: projectName('', '', directory), directory, files: [], envFiles: [] }
    }
  }
}

function isCalled(name: string) {
  return ({ project }: DiscoveredProject) => project.project === name
}

function isIn(directory: string) {
  return ({ project }: DiscoveredProject) => project.directory === directory
}

function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

function requirePin(stack: Stack, service: string): ImagePin {
  const pin = stack.pins[service]
  if (pin !== undefined) return pin
  throw new SlipwayError('stack.pin-not-found', `${service} of ${stack.ref.project} has no image to look for.`, {
    hint: 'Choose among the services that run a published image.',
  })
}

function notFound(host: Host, project: string): SlipwayError {
  return new SlipwayError('stack.not-found', `There is no stack ${project} on ${host.label}.`, {
    hint: 'It may have been removed. If it was never started, add it by its directory.',
  })
}
