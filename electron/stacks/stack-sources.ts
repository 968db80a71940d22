import type { ComposeModel, ComposeProject } from '../docker/compose.ts'
import { readFileMarks } from './file-marks.ts'
import type { PinSources } from './pin-places.ts'
import type { ParsedDocument } from './runbook-document.ts'
import type { HostSession } from './stack.ts'
import { readPinSources } from './stack-files.ts'
import { readStackRunbook } from './stack-runbook.ts'

/** Files that the marks do not cover (an `include`, an `env_file`) are seen again after this long at the latest. */
const KEPT_MS = 45_000

/** What a stack's files say, and what Compose makes of them. */
export interface StackSources {
  readonly model: ComposeModel
  readonly configHashes: Readonly<Record<string, string>>
  readonly pins: PinSources
  /** The runbook in the stack's own directory. */
  readonly own: ParsedDocument | null
  /** The services of every profile, which only few have to know; null: they cannot be told. */
  readonly allServices: () => Promise<readonly string[] | null>
}

export async function readSources(
  { host, compose }: HostSession,
  project: ComposeProject,
  signal?: AbortSignal,
): Promise<StackSources> {
  const options = signal ? { signal } : {}
  const [model, configHashes, pins, own] = await Promise.all([
    compose.config(project, options),
    compose.configHashes(project, options),
    readPinSources(host, project, signal),
    readStackRunbook(host, project.directory, signal),
  ])
  return { model, configHashes, pins, own, allServices: onceAnswered(() => compose.allServices(project)) }
}

/** Asks when it is first wanted to, and again as long as it fails. */
function onceAnswered<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let answer: Promise<T | null> | null = null
  const forget = () => {
    answer = null
    return null
  }
  return () => {
    answer ??= ask().catch(forget)
    return answer
  }
}

interface Kept {
  readonly marks: string
  readonly sources: StackSources
  readonly readAtMs: number
}

/**
 * Sources that were read a moment ago. Containers change many times while files stay as they are, and each look at the
 * files costs the host two runs of Compose.
 */
export class RecentSources {
  #kept = new Map<string, Kept>()

  async read(session: HostSession, project: ComposeProject, signal?: AbortSignal): Promise<StackSources> {
    const key = JSON.stringify([session.host.id, project])
    // What is forgotten while it is being read is not kept either.
    const recent = this.#kept
    const marks = await readFileMarks(session.host, project, signal)
    const kept = recent.get(key)
    if (kept?.marks === marks && Date.now() - kept.readAtMs < KEPT_MS) return kept.sources
    // An edit while they are read gives other marks than these, and is read the next time.
    const sources = await readSources(session, project, signal)
    recent.set(key, { marks, sources, readAtMs: Date.now() })
    return sources
  }

  forget(): void {
    this.#kept = new Map()
  }
}
