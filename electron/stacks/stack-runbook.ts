import { posix } from 'node:path'
import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import type { ComposeModel } from '../docker/compose.ts'
import type { Host } from '../hosts/host.ts'
import { resolveRunbook } from './resolve-runbook.ts'
import { aboutPlace, MAX_RUNBOOK_BYTES, type ParsedDocument, TOO_LARGE } from './runbook-document.ts'
import { decodeRunbook } from './runbook-folder.ts'
import { type BoundRunbook, bindRunbook, explainBase, type RunbookLibrary } from './runbook-library.ts'

/** What a stack's own runbook is called, beside its Compose file; the first that is there counts. */
export const STACK_RUNBOOK_FILES = ['slipway.yaml', 'slipway.yml']

/** Faults of the file; anything else is the host's, and thrown. */
const UNREADABLE = new Set(['host.permission-denied', 'host.file-too-large', 'host.command-failed'])

/** The runbook in a stack's project directory; null where there is none. A lost connection is thrown. */
export async function readStackRunbook(
  host: Host,
  directory: string,
  signal?: AbortSignal,
): Promise<ParsedDocument | null> {
  for (const name of STACK_RUNBOOK_FILES) {
    const file = posix.join(directory, name)
    const found = await readOne(host, file, signal)
    if (found !== null) return found
  }
  return null
}

async function readOne(host: Host, file: string, signal?: AbortSignal): Promise<ParsedDocument | null> {
  try {
    // A pipe would be read until the deadline.
    const stat = await host.files.stat(file, signal ? { signal } : {})
    if (stat === null) return null
    if (stat.type !== 'file' && stat.type !== 'symlink') return unreadable(file, 'This is no file.')
    const bytes = await host.files.read(file, { maxBytes: MAX_RUNBOOK_BYTES, ...(signal ? { signal } : {}) })
    return decodeRunbook(bytes, file, 'stack')
  } catch (error) {
    if (!isSlipwayError(error)) throw error
    if (error.code === 'host.file-missing') return null
    if (!UNREADABLE.has(error.code)) throw error
    return unreadable(file, error.code === 'host.file-too-large' ? TOO_LARGE : error.message)
  }
}

function unreadable(file: string, message: string): ParsedDocument {
  return { document: null, problems: [aboutPlace(file, { line: 1, column: 1 }, message)] }
}

export interface StackBinding extends BoundRunbook {
  /** Why the stack's own file is not what counts. */
  readonly problems: readonly RunbookProblem[]
}

/** The runbook of a stack: its own file's, else the user's or the built-in that fits, else one derived. */
export function bindStack(library: RunbookLibrary, model: ComposeModel, own: ParsedDocument | null): StackBinding {
  if (own === null) return { ...bindRunbook(library, model), problems: [] }
  if (own.document === null) return { ...bindRunbook(library, model), problems: own.problems }
  const { runbook, problems, layers } = resolveRunbook(own.document, [own.document, ...library.pool])
  if (runbook !== null) return { runbook, source: 'stack', layers, problems: [] }
  return { ...bindRunbook(library, model), problems: [...problems, ...explainBase(own.document, problems)] }
}
