import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildRunbookJsonSchema } from '../../shared/runbook/json-schema.ts'
import { root } from '../child.ts'
import { lint } from '../runbook/lint.ts'

const USAGE = `Usage: npm run runbook -- COMMAND
  lint FILE…                          says what is wrong with runbooks, and where
  explain FILE --stack HOST/PROJECT   shows what a runbook comes to on a stack; HOST is a name saved in Slipway,
                                      an alias of ~/.ssh/config, or local. Also HOST:/DIRECTORY
  schema                              writes assets/runbook.schema.json anew, for editors`

async function runCommand([command, ...rest]: readonly string[]): Promise<number> {
  if (command === 'lint' && rest.length > 0) return (await lint(rest)) ? 0 : 1
  if (command === 'explain') {
    // It brings most of the app along, which the others can do without.
    const { explain } = await import('../runbook/explain.ts')
    return (await explain(rest)) ? 0 : 1
  }
  if (command === 'schema' && rest.length === 0) {
    writeFileSync(join(root, 'assets', 'runbook.schema.json'), buildRunbookJsonSchema())
    return 0
  }
  console.error(USAGE)
  return 2
}

try {
  process.exitCode = await runCommand(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(`${error.message}\n\n${USAGE}`)
  process.exitCode = 2
}
