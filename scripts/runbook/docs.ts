import { readFileSync } from 'node:fs'

interface Fence {
  readonly language: string
  /** Of the file that it is, or is added to. */
  readonly title: string | null
  readonly text: string
}

/** The examples of a page, as its readers would type them. */
function readFences(page: URL): Fence[] {
  const found = readFileSync(page, 'utf8').matchAll(/^```(\w+)(?: title="([^"]+)")?\n([\s\S]*?)^```$/gm)
  return [...found].map(([, language = '', title, text = '']) => ({ language, title: title ?? null, text }))
}

/** The page that teaches to write a runbook. */
const PAGE = new URL('../../docs/runbooks.md', import.meta.url)

/** Its examples, and the runbook that it builds, as it is after each piece: the last is the whole. */
export function readRunbookPage(): { readonly fences: readonly Fence[]; readonly stages: readonly string[] } {
  const fences = readFences(PAGE)
  const pieces = fences.filter(({ title }) => title === 'ledger.yaml').map(({ text }) => text)
  return { fences, stages: pieces.map((_, index) => pieces.slice(0, index + 1).join('')) }
}
