import { dirname, join, resolve } from 'node:path'
import {
  type DocumentPool,
  hasExtends,
  type ResolvedRunbook,
  resolveRunbook,
} from '../../electron/stacks/resolve-runbook.ts'
import { readRunbookFile, readRunbookFolder } from '../../electron/stacks/runbook-folder.ts'
import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import { root } from '../child.ts'

/** npm runs commands in the project's folder, and says here where the person was. */
export const startFolder = process.env.INIT_CWD ?? process.cwd()

/** The runbook in a file that a person named, or why there is none. Never throws. */
export async function readRunbook(file: string): Promise<ResolvedRunbook> {
  const { document, problems } = await readRunbookFile(resolve(startFolder, file), 'user')
  if (document === null) return { runbook: null, problems, layers: [] }
  return resolveRunbook(document, hasExtends(document) ? await readPool(file) : [])
}

/** What a file may extend: the runbooks that come with the app, and those in the same folder. */
async function readPool(file: string): Promise<DocumentPool> {
  const builtIn = join(root, 'assets', 'runbooks')
  const own = dirname(resolve(startFolder, file))
  const found = [
    ...(own === builtIn ? [] : [await readRunbookFolder(own, 'user')]),
    await readRunbookFolder(builtIn, 'built-in'),
  ]
  return found.flatMap(({ documents }) => documents)
}

/** `acme.yaml:3:7: probes[0].http: …`, as editors and terminals make links of it. */
export function formatProblem({ line, column, at, message, expected }: RunbookProblem, file: string): string {
  const place = at === '' ? '' : ` ${at}:`
  return `${file}:${line}:${column}:${place} ${message}${expected === null ? '' : ` (expected ${expected})`}`
}
