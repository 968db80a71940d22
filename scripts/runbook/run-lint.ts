import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../child.ts'

/** A file that made the reader hang would hold it until here. */
const HANGS_AFTER_MS = 90_000
/** A file that made the reader grow would end it here. */
const HEAP_MIB = 320

/** For tests: `npm run runbook -- lint`, in a folder of the person's. */
export function runLint(
  folder: string,
  files: readonly string[],
): Promise<{ readonly code: number | string; readonly output: string }> {
  const argv = [`--max-old-space-size=${HEAP_MIB}`, join(root, 'scripts/commands/runbook.ts'), 'lint', ...files]
  const options = { env: { ...process.env, INIT_CWD: folder }, timeout: HANGS_AFTER_MS, killSignal: 'SIGKILL' } as const
  return new Promise((resolve) => {
    execFile(process.execPath, argv, options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? error?.signal ?? 0, output: stdout + stderr })
    })
  })
}
