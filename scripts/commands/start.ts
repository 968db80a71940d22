import { BUILD, runCheck } from '../checks.ts'
import { run } from '../child.ts'
import { chooseRuntime, sayBrowser } from '../runtime.ts'

if (!(await runCheck(BUILD))) process.exit(1)
const runtime = await chooseRuntime()
if ('electron' in runtime) {
  process.exitCode = await run(runtime.electron, ['.', ...process.argv.slice(2)])
} else {
  sayBrowser(runtime.reason)
  process.exitCode = await run('node', ['electron/server.ts', '--open', ...process.argv.slice(2)])
}
