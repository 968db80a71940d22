import { type DocumentPool, type ResolvedRunbook, resolveRunbook } from './resolve-runbook.ts'
import { parseRunbookDocument, type RunbookSource } from './runbook-document.ts'

/** Reads a runbook from its text. Never throws: whatever is wrong comes back as problems with their places. */
export function loadRunbook(
  text: string,
  file: string,
  source: RunbookSource = 'user',
  pool: DocumentPool = [],
): ResolvedRunbook {
  const { document, problems } = parseRunbookDocument(text, file, source)
  return document === null ? { runbook: null, problems, layers: [] } : resolveRunbook(document, pool)
}
