import { readFileSync } from 'node:fs'
import { loadRunbook } from '../../electron/stacks/runbook-loader.ts'

const USAGE = 'Usage: npm run runbook -- lint FILE…'

function lintFile(file: string): boolean {
  const { runbook, problems } = loadRunbook(readFileSync(file, 'utf8'), file)
  for (const { line, column, at, message, expected } of problems) {
    const place = at === '' ? '' : ` ${at}:`
    console.log(`${file}:${line}:${column}:${place} ${message}${expected === null ? '' : ` (expected ${expected})`}`)
  }
  if (runbook !== null && problems.length === 0)
    console.log(`${file}: ${runbook.name} (${runbook.id}) is a valid runbook`)
  return problems.length === 0
}

function lint(files: readonly string[]): boolean {
  const results = files.map((file) => {
    try {
      return lintFile(file)
    } catch (error) {
      console.log(`${file}: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  })
  return results.every(Boolean)
}

const [command, ...files] = process.argv.slice(2)
if (command !== 'lint' || files.length === 0) {
  console.error(USAGE)
  process.exit(2)
}
process.exitCode = lint(files) ? 0 : 1
