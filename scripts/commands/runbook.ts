import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildRunbookJsonSchema } from '../../shared/runbook/json-schema.ts'
import { root } from '../child.ts'
import { lint } from '../runbook/lint.ts'

const USAGE = `Usage: npm run runbook -- COMMAND
  lint FILE…   says what is wrong with runbooks, and where
  schema       writes assets/runbook.schema.json anew, for editors`

async function runCommand([command, ...rest]: readonly string[]): Promise<number> {
  if (command === 'lint' && rest.length > 0) return (await lint(rest)) ? 0 : 1
  if (command === 'schema' && rest.length === 0) {
    writeFileSync(join(root, 'assets', 'runbook.schema.json'), buildRunbookJsonSchema())
    return 0
  }
  console.error(USAGE)
  return 2
}

process.exitCode = await runCommand(process.argv.slice(2))
