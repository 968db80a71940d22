import { resolve } from 'node:path'
import { formatProblem, readRunbook, startFolder } from './read-files.ts'

/** Says of each file whether it is a runbook, and if not, why and where. True where all are. */
export async function lint(files: readonly string[]): Promise<boolean> {
  const results: boolean[] = []
  for (const file of files) results.push(await lintFile(file))
  return results.every(Boolean)
}

async function lintFile(file: string): Promise<boolean> {
  const { runbook, problems } = await readRunbook(file)
  const path = resolve(startFolder, file)
  // Of a base that is broken, its own file is named.
  for (const problem of problems) console.log(formatProblem(problem, problem.file === path ? file : problem.file))
  if (runbook === null) return false
  console.log(`${file}: ${runbook.name} (${runbook.id}) is a valid runbook`)
  return true
}
