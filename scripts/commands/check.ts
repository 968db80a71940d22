import { CHECKS, runCheck } from '../checks.ts'
import { run } from '../child.ts'

const failed: string[] = []
for (const check of CHECKS) if (!(await runCheck(check))) failed.push(check.title)
console.log('\n— unit tests')
if ((await run('vitest', ['run', '--project', 'unit'])) !== 0) failed.push('unit tests')
console.log(failed.length === 0 ? '\nAll checks passed' : `\nFailed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
