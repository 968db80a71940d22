import { parseArgs } from 'node:util'
import { viewRunbook } from '../../electron/health/runbook-view/view-runbook.ts'
import { rebindStack } from '../../electron/stacks/rebind-stack.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import { formatView } from './format-view.ts'
import { openStacks } from './open-stacks.ts'
import { formatProblem, readRunbook } from './read-files.ts'
import { parseStackName } from './stack-name.ts'

/** Shows what a runbook file comes to on a stack, whether or not it is the one that counts there. True where it could. */
export async function explain(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { stack: { type: 'string' }, 'data-folder': { type: 'string' } },
  })
  const [file] = positionals
  const name = values.stack === undefined ? null : parseStackName(values.stack)
  if (file === undefined || positionals.length > 1 || name === null) {
    throw new TypeError('One file, and --stack HOST/PROJECT or --stack HOST:/DIRECTORY')
  }
  const { runbook, problems, layers } = await readRunbook(file)
  for (const problem of problems) console.error(formatProblem(problem, problem.file))
  if (runbook === null) return false
  try {
    await using opened = await openStacks(name, values['data-folder'])
    const stack = await opened.read()
    console.log(formatView(viewRunbook(rebindStack(stack, { runbook, source: 'user', layers })), values.stack ?? ''))
    return true
  } catch (error) {
    if (!isSlipwayError(error)) throw error
    console.error([error.message, error.hint].filter(Boolean).join('\n'))
    return false
  }
}
