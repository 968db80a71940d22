import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import {
  aboutPlace,
  MAX_RUNBOOK_BYTES,
  type ParsedDocument,
  parseRunbookDocument,
  type RunbookDocument,
  type RunbookSource,
  TOO_LARGE,
} from './runbook-document.ts'
import { decodeExactly } from './source-file.ts'

/** More files than this in a folder are not runbooks that somebody put there on purpose. */
const MAX_FILES = 200
const START = { line: 1, column: 1 }

export interface RunbookFolder {
  readonly documents: readonly RunbookDocument[]
  readonly problems: readonly RunbookProblem[]
}

/** The YAML files of a folder of this computer, by name. One that need not exist is empty where it does not. Never throws. */
export async function readRunbookFolder(
  folder: string,
  source: RunbookSource,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): Promise<RunbookFolder> {
  const listing = await listFolder(folder, mustExist)
  if ('problem' in listing) return { documents: [], problems: [listing.problem] }
  const files = listing.names.filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.')).sort()
  const parsed: ParsedDocument[] = []
  for (const name of files.slice(0, MAX_FILES)) parsed.push(await readRunbookFile(join(folder, name), source))
  const tooMany = files.length > MAX_FILES
  return {
    documents: parsed.flatMap(({ document }) => document ?? []),
    problems: [
      ...parsed.flatMap(({ problems }) => problems),
      ...(tooMany ? [aboutPlace(folder, START, `Only the first ${MAX_FILES} files are read.`)] : []),
    ],
  }
}

/** Nobody has to have runbooks of their own; a folder that is there has to be readable. */
async function listFolder(
  folder: string,
  mustExist: boolean,
): Promise<{ names: string[] } | { problem: RunbookProblem }> {
  try {
    return { names: await readdir(folder) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !mustExist) return { names: [] }
    return { problem: aboutPlace(folder, START, `The folder cannot be read: ${messageOf(error)}`) }
  }
}

/** One file of this computer. Never throws. */
export async function readRunbookFile(file: string, source: RunbookSource): Promise<ParsedDocument> {
  try {
    const bytes = await readBounded(file)
    return decodeRunbook(bytes, file, source)
  } catch (error) {
    return { document: null, problems: [aboutPlace(file, START, `The file cannot be read: ${messageOf(error)}`)] }
  }
}

/** A runbook from the bytes of its file, of which one more than may be read is enough to refuse it. */
export function decodeRunbook(bytes: Uint8Array, file: string, source: RunbookSource): ParsedDocument {
  const refuse = (message: string): ParsedDocument => {
    return { document: null, problems: [aboutPlace(file, firstBadByte(bytes), message)] }
  }
  if (bytes.length > MAX_RUNBOOK_BYTES) {
    return { document: null, problems: [aboutPlace(file, START, TOO_LARGE)] }
  }
  const text = decodeExactly(bytes)
  if (text === null) return refuse('The file is not UTF-8 text.')
  return parseRunbookDocument(text, file, source)
}

/** A device or a pipe must not even be opened, and a huge file not be read. */
async function readBounded(file: string): Promise<Uint8Array> {
  const found = await stat(file)
  if (!found.isFile()) throw new Error('it is no file')
  await using handle = await open(file, 'r')
  const bytes = new Uint8Array(Math.min(found.size, MAX_RUNBOOK_BYTES) + 1)
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
  return bytes.subarray(0, bytesRead)
}

/** Line and column of the first byte that is no UTF-8. */
function firstBadByte(bytes: Uint8Array): { line: number; column: number } {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const good = decoder.decode(bytes).split('\uFFFD', 1)[0] ?? ''
  const lines = good.split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
