import { client } from '../lib/client.ts'

export type ExportFormat = 'ndjson' | 'text'

const FILE_KINDS: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> = {
  ndjson: { ending: 'ndjson', type: 'application/x-ndjson' },
  text: { ending: 'log', type: 'text/plain;charset=utf-8' },
}

export interface ExportRequest {
  readonly viewId: string
  readonly format: ExportFormat
  /** What the file is called, without its ending. */
  readonly name: string
  readonly onProgress: (characters: number) => void
  readonly signal: AbortSignal
}

/** Reads all lines that pass the filter, piece by piece, and hands them to the browser as one file. */
export async function exportLines({ viewId, format, name, onProgress, signal }: ExportRequest): Promise<void> {
  const parts: Blob[] = []
  let characters = 0
  for await (const { text } of await client.log.export({ viewId, format }, { signal })) {
    // The browser may keep a Blob's bytes outside the page's memory.
    parts.push(new Blob([text]))
    characters += text.length
    onProgress(characters)
  }
  const { ending, type } = FILE_KINDS[format]
  saveAs(new Blob(parts, { type }), `${name}.${ending}`)
}

/** Long enough for the browser to begin its download. */
const REVOKE_MS = 60_000

function saveAs(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_MS)
}

/** `shop-logs-2026-11-21T14-02-07`: no character that a file system refuses. */
export function exportName(project: string, nowMs: number): string {
  return `${project}-logs-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-')}`
}
